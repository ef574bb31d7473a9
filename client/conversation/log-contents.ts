import type { SigningPublicKey } from '@hamsa/crypto'
import { clockOf } from './client-id.ts'
import { Deletions } from './deletions.ts'
import { EntryIndex } from './entry-index.ts'
import { EntryKeeper } from './entry-keeper.ts'
import { sealEntry } from './entry-seal.ts'
import { strip } from './entry.ts'
import { cutAfter } from './epoch-cut.ts'
import { MAX_CUT, signOpening, type EpochMember, type EpochOpening } from './epoch-opening.ts'
import type { GateContext, SealedForms } from './gate.ts'
import { LogEntry } from './log-entry.ts'
import type { LogEpochs } from './log-epochs.ts'
import type { LogParts } from './log-parts.ts'
import type { Entry, Head, LogSnapshot } from './log.ts'
import { ReplicaFeed, type ReplicaItem } from './replica-feed.ts'

const NOTHING_SEALED: SealedForms = new Map()

/** How full the open epoch is; `bytes` without seals and headers' small change. */
export type EpochLoad = { readonly entries: number; readonly bytes: number }

/** What of an entry is not its body, about. */
const ENTRY_OVERHEAD_BYTES = 384

/** What a log holds, and what follows from it: the document of the open epoch, deletions, the screen. */
export class LogContents {
  readonly known = new EntryIndex()
  readonly keeper: EntryKeeper
  readonly epochs: LogEpochs
  readonly replica = new ReplicaFeed(() => this.#openItems())
  readonly deletions: Deletions
  readonly #parts: LogParts
  readonly #equivocators = new Map<string, SigningPublicKey>()
  #snapshot: LogSnapshot | null = null
  #load: EpochLoad | null = null
  #damaged = 0

  constructor(parts: LogParts, epochs: LogEpochs) {
    const { ref, store, membership } = parts
    this.#parts = parts
    this.epochs = epochs
    this.keeper = new EntryKeeper(ref.id, store)
    this.deletions = new Deletions({
      rights: {
        log: ref.kind,
        roleOf: (author, certificate) => membership.roleOf(author, certificate),
      },
      find: (id) => this.known.byId(id),
      isVoid: (entry) => epochs.isVoid(entry),
    })
  }

  /**
   * Takes in what was stored; called once, first. Who has `others`, entries of a second history, is
   * marked again. `damaged` pieces could not be read.
   */
  async restore(
    chains: readonly Entry[],
    others: readonly Entry[],
    damaged: number,
  ): Promise<void> {
    this.#damaged = damaged
    const entries = [...chains, ...others]
    this.known.reserve(entries.length)
    for (const entry of entries) this.#learn(entry)
    for (const { author } of others) this.mark(author)
    // A deletion that came just before the page was closed.
    await this.#dropBodies(this.deletions.add(entries))
  }

  /**
   * What of these entries, which follow what is known, is to be kept: those that a deletion has
   * already reached without their bodies.
   */
  toKeep(entries: readonly Entry[]): readonly Entry[] {
    const { isDeleted } = this.deletions.judge(entries)
    return entries.map((entry) => (isDeleted(entry) ? this.#stripped(entry) : entry))
  }

  /** Takes entries that follow what is known: known, then in Yjs. `sealed` are those that came as they go into it. */
  add(entries: readonly Entry[], sealed?: SealedForms): void {
    for (const entry of entries) this.#learn(entry)
    this.changed()
    this.replica.add(() => this.#itemsOf(entries, sealed))
  }

  /** Lets entries have their effect that were added, and are stored or kept in memory. */
  async settle(entries: readonly Entry[]): Promise<void> {
    await this.#dropBodies(this.deletions.add(entries))
  }

  /** Another epoch is open. */
  async turn(): Promise<void> {
    this.replica.turn()
    for (const [first] of this.known.chains()) {
      if (first !== undefined) this.epochs.clients.own(first.author, first.writer)
    }
    this.changed()
    // Who was no member of an epoch deletes nobody's words there: that may be otherwise now.
    await this.#dropBodies(this.deletions.all())
  }

  /** Marks an author who is proven to have signed two histories; whether that is new. */
  mark(author: SigningPublicKey): boolean {
    if (this.isMarked(author)) return false
    this.#equivocators.set(author.join(), author)
    this.changed()
    return true
  }

  isMarked(author: SigningPublicKey): boolean {
    return this.#equivocators.has(author.join())
  }

  /** Keeps a deletion in mind that came ahead of its place. */
  promise(entry: Entry): void {
    if (this.known.byId(entry.id) === null) this.deletions.promise(entry)
  }

  /** The opening of the next epoch, for these members and no others. */
  nextOpening(members: readonly EpochMember[]): EpochOpening {
    const { ref, self } = this.#parts
    const { chain, number } = this.epochs
    return signOpening(
      {
        log: ref.id,
        number: number + 1,
        before: chain.tip?.id ?? null,
        certificate: self.certificate,
        cut: this.#nextCut(),
        members,
      },
      self.signing,
    )
  }

  /** Whether all that the open epoch follows is here. */
  hasAllOfCut(): boolean {
    const cut = this.epochs.chain.tip?.cut ?? []
    return cut.every(({ id }) => this.known.byId(id) !== null)
  }

  /** The snapshot is drawn anew when it is next asked for. */
  changed(): void {
    this.#snapshot = null
    this.#load = null
  }

  context(): GateContext {
    const { ref, membership } = this.#parts
    const { known, deletions } = this
    return { ref, places: this.epochs, known, deletions, membership }
  }

  snapshot(): LogSnapshot {
    this.#snapshot ??= this.#draw()
    return this.#snapshot
  }

  /** What the open epoch will have held when the next one begins: what is stored and has its causes. */
  #nextCut(): readonly Head[] {
    const before = this.epochs.chain.tip?.cut ?? []
    const entries = this.known.sorted().filter((entry) => this.keeper.isStored(entry))
    return cutAfter(before, entries, MAX_CUT)
  }

  load(): EpochLoad {
    this.#load ??= this.#openEntries().reduce(
      ({ entries, bytes }, { content }) => ({
        entries: entries + 1,
        bytes: bytes + ENTRY_OVERHEAD_BYTES + (content.type === 'whole' ? content.body.length : 0),
      }),
      { entries: 0, bytes: 0 },
    )
    return this.#load
  }

  #learn(entry: Entry): void {
    this.known.add(entry)
    if (entry.sequence === 0) this.epochs.clients.own(entry.author, entry.writer)
  }

  async #dropBodies(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    const stripped = entries.map((entry) => this.#stripped(entry))
    this.known.replace(stripped)
    this.replica.strip(() => this.#itemsOf(stripped))
    this.changed()
    await this.keeper.strip(stripped)
  }

  #stripped(entry: Entry): Entry {
    return entry.content.type === 'stripped'
      ? entry
      : new LogEntry(strip(entry), this.#parts.ref.kind)
  }

  #draw(): LogSnapshot {
    return Object.freeze({
      entries: Object.freeze(this.#shown()),
      heads: Object.freeze(this.known.heads((entry) => this.keeper.isStored(entry))),
      equivocators: Object.freeze([...this.#equivocators.values()]),
      damaged: this.#damaged,
      unstored: this.keeper.unstored,
    })
  }

  #shown(): readonly Entry[] {
    const sorted = this.known.sorted()
    const isNoneVoid = [...this.known.chains()].every(
      ([first]) => first === undefined || this.epochs.isMemberThroughout(first.author),
    )
    return isNoneVoid ? sorted : sorted.filter((entry) => !this.epochs.isVoid(entry))
  }

  #openEntries(): Entry[] {
    return [...this.known.chains()].flatMap((chain) => {
      const [first] = chain
      return first === undefined ? [] : chain.slice(this.epochs.base(first))
    })
  }

  #openItems(): ReplicaItem[] {
    return this.#itemsOf(this.#openEntries())
  }

  #itemsOf(entries: readonly Entry[], sealed: SealedForms = NOTHING_SEALED): ReplicaItem[] {
    if (!this.epochs.isMember) return []
    return entries
      .filter((entry) => this.#isItem(entry))
      .map((entry) => this.#itemOf(entry, sealed.get(entry)))
  }

  /** Whether an entry has a place in the document: of the open epoch, and no other one's place. */
  #isItem(entry: Entry): boolean {
    const { author, writer } = entry
    if (this.known.isOther(entry.id) || !this.epochs.isOpen(entry)) return false
    return !this.epochs.clients.isTaken(author, writer)
  }

  /** `sealed` where it is at hand. */
  #itemOf(entry: Entry, sealed?: Uint8Array): ReplicaItem {
    const { id } = this.#parts.ref
    const { clients, epoch } = this.epochs // of this document, whatever opens later
    return {
      client: clients.of(entry.author, entry.writer),
      clock: clockOf(entry.sequence, this.epochs.base(entry)),
      key: entry.key,
      seal: () => sealed ?? sealEntry(id, entry, epoch),
    }
  }
}
