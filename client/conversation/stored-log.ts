import { toBase64Url } from '@hamsa/crypto'
import { EntryIntake } from './entry-intake.ts'
import { sealEntry } from './entry-seal.ts'
import type { EpochMember } from './epoch-opening.ts'
import { isRepeat, judgeHistory, judgeRead, readUpdate } from './gate.ts'
import { HistoryNeeds } from './history-needs.ts'
import { answerTo, type Want } from './history.ts'
import { LaterListeners } from './later-listeners.ts'
import type { EpochLoad, LogContents } from './log-contents.ts'
import { LogEntry } from './log-entry.ts'
import type { LogParts } from './log-parts.ts'
import type {
  AppendResult,
  Draft,
  EntryId,
  Head,
  Log,
  LogRef,
  LogSnapshot,
  Verdict,
  WriterId,
} from './log.ts'
import { nextEntry } from './own-entry.ts'
import { OwnWriter } from './own-writer.ts'
import { bindFeed } from './replica-feed.ts'
import { SerialQueue } from './serial-queue.ts'
import type { UpdateItem } from './update-item.ts'

const CLOSED: Verdict = { type: 'hold', reason: 'closed' }

/**
 * A log over an entry store; LOG.md has its rules.
 *
 * - The screen (`snapshot`) is drawn from entries that are known, never from the Yjs document.
 * - Order of every change: stored, then known, then in Yjs, then told. Only entries of others are
 *   known before they are stored, and those that storage refuses, of which the screen says so: no
 *   signed head covers them until then.
 * - Changes run one after another; opening and verifying what a peer sent runs beside them.
 */
export class StoredLog implements Log {
  readonly ref: LogRef
  readonly #parts: LogParts
  readonly #contents: LogContents
  readonly #needs: HistoryNeeds
  readonly #writer: OwnWriter
  readonly #intake: EntryIntake
  readonly #inbound = new SerialQueue()
  readonly #changes = new SerialQueue()
  readonly #listeners = new LaterListeners()
  #isClosed = false

  /** `contents` has been restored. */
  constructor(parts: LogParts, contents: LogContents) {
    this.ref = parts.ref
    this.#parts = parts
    this.#contents = contents
    this.#needs = new HistoryNeeds(contents)
    this.#writer = new OwnWriter(parts, contents.known)
    this.#intake = new EntryIntake(contents, this.#writer, {
      isClosed: () => this.#isClosed,
      tell: () => this.#tell(),
    })
    bindFeed(this, contents.replica)
  }

  get epoch(): number {
    return this.#contents.epochs.number
  }

  get epochName(): string {
    const { number, chain } = this.#contents.epochs
    return `${number}.${chain.tip === null ? '' : toBase64Url(chain.tip.id)}`
  }

  /** The writer that the next entry will be by. */
  get writer(): WriterId {
    return this.#writer.id
  }

  append(draft: Draft, wallTimeMs?: number): Promise<AppendResult> {
    return this.#changes.run(() => this.#append(draft, wallTimeMs))
  }

  receive(update: Uint8Array): Promise<Verdict> {
    return this.#readThenChange(
      () => {
        const context = this.#contents.context()
        const before = {
          isKnown: (item: UpdateItem) => isRepeat(item, context),
          recall: (item: UpdateItem) => this.#intake.recall(item),
        }
        return readUpdate(update, context, before, this.#parts.unseal)
      },
      async (read, epochName) => {
        if ('type' in read) return read
        // Another epoch has opened meanwhile: what was read is for a document that is gone.
        if (epochName !== this.epochName) return { type: 'hold', reason: 'other-epoch' }
        const verdict = await this.#intake.take(judgeRead(read, this.#contents.context()))
        this.#needs.judged(verdict)
        this.#intake.hold(read, verdict)
        return verdict
      },
    )
  }

  /** Takes what a peer sent for a want: as much of it as fits. */
  receiveHistory(sealed: readonly Uint8Array[]): Promise<Verdict> {
    return this.#readThenChange(
      () => {
        const { ref, unseal } = this.#parts
        return unseal(sealed, { log: ref.id, epoch: this.#contents.epochs.epoch })
      },
      async (unsealed) => {
        const judgement = judgeHistory(unsealed, this.#contents.context())
        const verdict = await this.#intake.take(judgement)
        for (const entry of judgement.proven) this.#contents.promise(entry)
        if (judgement.fresh.length > 0) await this.#intake.takeHeld()
        return verdict
      },
    )
  }

  /**
   * Looks at heads that a peer has signed. When one of the own writer says more than this storage
   * holds (a restored backup, a copied profile), the next entry will be by a new writer. Gives what
   * to ask that peer for.
   */
  meet(heads: readonly Head[]): Promise<readonly Want[]> {
    return this.#changes.run(async () => {
      if (this.#isClosed) return []
      if (this.#writer.isBehind(heads)) await this.#writer.renew()
      return this.#needs.wantsOf(heads)
    })
  }

  /**
   * What to ask a peer with these heads for next, as if all that is `awaited` from it had come: so
   * that it never waits for us, nor we for it. `null` when that is all.
   */
  wantBeyond(heads: readonly Head[], awaited: readonly Want[]): Want | null {
    return this.#needs.wantBeyond(heads, awaited)
  }

  /**
   * What is held of a want, in the log's order, sealed for the open epoch: who belongs to that one
   * may read all that was said before, and was not given the keys of every epoch.
   */
  *answer(want: Want): Generator<Uint8Array> {
    const { known, epochs, deletions } = this.#contents
    if (!epochs.isMember) return
    const { epoch } = epochs
    for (const entry of answerTo(want, known, epochs.chain, deletions)) {
      yield sealEntry(this.ref.id, entry, epoch)
    }
  }

  openings(from: number): readonly Uint8Array[] {
    return this.#contents.epochs.chain.line(from).map(({ bytes }) => bytes)
  }

  /**
   * Takes encoded openings from a peer; what is none by who may open epochs is passed over. Gives the
   * number from which on that peer is to be told `openings` in turn, so that both know the same;
   * `null` when there is nothing to tell. Rejects with `StorageError`.
   */
  receiveOpenings(encoded: readonly Uint8Array[]): Promise<number | null> {
    return this.#changes.run(async () => {
      if (this.#isClosed) return null
      const { turned, tell } = await this.#contents.epochs.take(encoded)
      if (turned) await this.#turned()
      return tell
    })
  }

  /**
   * Opens the next epoch, for these members and no others; for a device of the shop that is a member
   * of the open one. `false` when this side may not. Rejects with `StorageError`; nothing has changed then.
   */
  openEpoch(members: readonly EpochMember[]): Promise<boolean> {
    return this.#changes.run(async () => {
      if (this.#isClosed) return false
      const isOpen = await this.#contents.epochs.begin(this.#contents.nextOpening(members))
      if (isOpen) await this.#turned()
      return isOpen
    })
  }

  /** The membership knows of more revocations: the open epoch may be another for them. */
  revocationsChanged(): Promise<void> {
    return this.#changes.run(async () => {
      if (!this.#isClosed && this.#contents.epochs.refresh()) await this.#turned()
    })
  }

  /** Whether the entry of this id is held, shown or not. */
  isKnown(id: EntryId): boolean {
    return this.#contents.known.byId(id) !== null
  }

  /** How much Yjs carries now: what a shop device opens the next epoch by. */
  epochLoad(): EpochLoad {
    return this.#contents.load()
  }

  snapshot(): LogSnapshot {
    return this.#contents.snapshot()
  }

  heads(): readonly Head[] {
    return this.snapshot().heads
  }

  /** Whether entries are on screen that are still being written: told again once they are stored. */
  get isStoring(): boolean {
    return this.#contents.keeper.isStoring
  }

  /** Tries again to store what of others could not be. */
  retryStorage(): Promise<void> {
    return this.#changes.run(async () => {
      if (await this.#contents.keeper.retry()) this.#tell()
    })
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#listeners.clear()
    this.#contents.replica.destroy()
  }

  /** Never writes under the present writer again. */
  renewWriter(): Promise<void> {
    return this.#writer.renew()
  }

  async #append(draft: Draft, wallTimeMs?: number): Promise<AppendResult> {
    const { epochs, known, keeper } = this.#contents
    const { ref, self, now } = this.#parts
    if (this.#isClosed) return { type: 'refused', reason: 'closed' }
    if (!epochs.isMember) return { type: 'refused', reason: 'removed' }
    const signed = await nextEntry(draft, this.#writer.id, known, {
      ref,
      self,
      now: () => wallTimeMs ?? now(),
    })
    if (typeof signed === 'string') return { type: 'refused', reason: signed }
    if (this.#hasClosed()) return { type: 'refused', reason: 'closed' }
    const entry = new LogEntry(signed, this.ref.kind)
    if (!epochs.isOpen(entry)) {
      // Whoever opened the epoch had seen more of this writer than this storage holds.
      await this.#writer.renew()
      return this.#append(draft, wallTimeMs)
    }
    const failure = await keeper.keepOwn(entry)
    if (failure !== null) return { type: 'refused', reason: failure }
    this.#contents.add([entry])
    await this.#contents.settle([entry])
    this.#tell()
    return { type: 'appended', entry }
  }

  /** Reads one frame after another, each beside the changes that those before it make. */
  async #readThenChange<Read>(
    read: () => Promise<Read>,
    change: (read: Read, epochName: string) => Promise<Verdict>,
  ): Promise<Verdict> {
    const { changed } = await this.#inbound.run(async () => {
      if (this.#isClosed) return { changed: Promise.resolve(CLOSED) }
      const { epochName } = this
      const result = await read()
      // Lined up before the next frame is read, so that changes come in the order of the frames.
      return { changed: this.#changes.run(() => change(result, epochName)) }
    })
    return changed
  }

  /** Asked after an `await`, where the compiler holds the field for unchanged. */
  #hasClosed(): boolean {
    return this.#isClosed
  }

  async #turned(): Promise<void> {
    this.#intake.turned()
    await this.#contents.turn()
    this.#tell()
  }

  #tell(): void {
    this.#contents.changed()
    this.#listeners.tell()
  }
}
