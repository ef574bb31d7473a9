import type { SigningPublicKey } from '@hamsa/crypto'
import { clockOf } from './client-id.ts'
import { Deletions } from './deletions.ts'
import { EntryIndex } from './entry-index.ts'
import { EntryKeeper } from './entry-keeper.ts'
import { sealEntry } from './entry-seal.ts'
import { strip } from './entry.ts'
import type { GateContext } from './gate.ts'
import { LogEntry } from './log-entry.ts'
import type { LogEpochs } from './log-epochs.ts'
import type { LogParts } from './log-parts.ts'
import type { Entry, LogSnapshot } from './log.ts'
import { Replica } from './replica.ts'
import type { UpdateItem } from './update-item.ts'

/** How full the open epoch is; `bytes` without seals and headers' small change. */
export type EpochLoad = { readonly entries: number; readonly bytes: number }

/** What of an entry is not its body, about. */
const ENTRY_OVERHEAD_BYTES = 384

/** What a log holds, and what follows from it: the document of the open epoch, deletions, the screen. */
export class LogContents {
  readonly known = new EntryIndex()
  readonly keeper: EntryKeeper
  readonly epochs: LogEpochs
  readonly replica = new Replica(() => this.#openItems())
  readonly #parts: LogParts
  readonly #deletions: Deletions
  readonly #equivocators = new Map<string, SigningPublicKey>()
  #snapshot: LogSnapshot | null = null
  #load: EpochLoad | null = null
  #damaged = 0

  constructor(parts: LogParts, epochs: LogEpochs) {
    const { ref, store, membership } = parts
    this.#parts = parts
    this.epochs = epochs
    this.keeper = new EntryKeeper(ref.id, store)
    this.#deletions = new Deletions({
      kind: ref.kind,
      membership,
      find: (key) => this.known.byKey(key),
    })
  }

  /** Takes in what was stored; called once, first. `damaged` pieces could not be read. */
  async restore(entries: readonly Entry[], damaged: number): Promise<void> {
    this.#damaged = damaged
    for (const entry of entries) this.#learn(entry)
    // A deletion that came just before the page was closed.
    await this.#dropBodies(this.#deletions.add(entries))
  }

  /** Takes entries that follow what is known and are stored, or kept in memory: known, then in Yjs. */
  async add(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) this.#learn(entry)
    const gone = this.#deletions.add(entries)
    this.changed()
    this.replica.add(() =>
      entries.filter((entry) => this.epochs.isOpen(entry)).map((entry) => this.#itemOf(entry)),
    )
    await this.#dropBodies(gone)
  }

  /** Another epoch is open. */
  turn(): void {
    this.replica.turn()
    for (const [first] of this.known.chains()) {
      if (first !== undefined) this.epochs.clients.own(first.author, first.writer)
    }
    this.changed()
  }

  /** A body may be missing only where a deletion that counts has taken it. */
  areDeletionsThere(entries: readonly Entry[]): boolean {
    return entries.every(
      (entry) => entry.content.type === 'whole' || this.#deletions.covers(entry, entries),
    )
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

  /** The snapshot is drawn anew when it is next asked for. */
  changed(): void {
    this.#snapshot = null
    this.#load = null
  }

  context(): GateContext {
    const { ref, membership } = this.#parts
    return { ref, places: this.epochs, known: this.known, membership }
  }

  snapshot(): LogSnapshot {
    this.#snapshot ??= this.#draw()
    return this.#snapshot
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
    this.epochs.clients.own(entry.author, entry.writer)
  }

  async #dropBodies(keys: readonly string[]): Promise<void> {
    const stripped: Entry[] = []
    for (const key of keys) {
      const entry = this.known.byKey(key)
      if (entry === null || entry.content.type === 'stripped') continue
      stripped.push(new LogEntry(strip(entry), this.#parts.ref.kind))
    }
    if (stripped.length === 0) return
    for (const entry of stripped) this.known.replace(entry)
    await this.keeper.strip(stripped)
    this.changed()
  }

  #draw(): LogSnapshot {
    const sorted = this.known.sorted()
    const shown = sorted.filter((entry) => !this.epochs.isVoid(entry))
    return Object.freeze({
      entries: Object.freeze(shown),
      heads: Object.freeze(this.known.heads((entry) => this.keeper.isStored(entry))),
      equivocators: Object.freeze([...this.#equivocators.values()]),
      damaged: this.#damaged,
      unstored: this.keeper.unstored,
    })
  }

  #openEntries(): Entry[] {
    return [...this.known.chains()].flatMap((chain) => {
      const [first] = chain
      return first === undefined ? [] : chain.slice(this.epochs.base(first))
    })
  }

  #openItems(): UpdateItem[] {
    if (!this.epochs.isMember) return []
    return this.#openEntries().map((entry) => this.#itemOf(entry))
  }

  #itemOf(entry: Entry): UpdateItem {
    const { id } = this.#parts.ref
    return {
      client: this.epochs.clients.of(entry.author, entry.writer),
      clock: clockOf(entry.sequence, this.epochs.base(entry)),
      key: entry.key,
      sealed: sealEntry(id, entry, this.epochs.epoch),
    }
  }
}
