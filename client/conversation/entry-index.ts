import { equalBytes, type SigningPublicKey } from '@hamsa/crypto'
import { ById } from './by-id.ts'
import type { Entry, EntryId, Head, WriterId } from './log.ts'
import { compareEntries } from './order.ts'
import { writerKeyOf } from './writer-key.ts'

/** An entry that is held, and how it stands to the others. */
type Held = {
  entry: Entry
  /** It belongs to another history of its writer than the one that stands. */
  readonly isOther: boolean
  /** Another entry names it as parent or previous. */
  isNamed: boolean
  /** All its causes are there, and theirs, down to the first. */
  isReached: boolean
}

/**
 * All entries of a log that are proven: what the gate judges against and what the screen shows.
 * Each writer's chain is held from sequence 0 on and without a gap. What does not follow it belongs
 * to another history of that writer: held as a cause of what others wrote in good faith, never shown.
 */
export class EntryIndex {
  readonly #held = new ById<Held>()
  readonly #chains = new Map<string, Entry[]>()
  /** Entries that no other names as parent or previous. */
  readonly #frontier = new Set<Held>()
  /** Named by an entry that is held, and not held. */
  readonly #missing = new ById<true>()
  #sorted: readonly Entry[] = []
  /** Reached, and not in `#sorted` yet: nobody has asked since they came. */
  #fresh: Entry[] = []
  /** A cause is missing, or came after them. */
  #waiting: Held[] = []
  #isLooking = false

  /** Makes room for so many entries at once. */
  reserve(count: number): void {
    this.#held.reserve(count)
  }

  add(entry: Entry): void {
    const chain = this.#chainOf(entry)
    const isOther = !isNextOf(chain, entry)
    if (!isOther) chain.push(entry)
    const held = { entry, isOther, isNamed: this.#missing.has(entry.id), isReached: true }
    for (const id of causesOf(entry)) {
      const cause = this.#held.get(id)
      if (cause === undefined) this.#missing.set(id, true)
      else if (!isOther) this.#name(cause)
      if (cause?.isReached !== true) held.isReached = false
    }
    this.#held.set(entry.id, held)
    if (!held.isNamed && !isOther) this.#frontier.add(held)
    if (!held.isReached) this.#waiting.push(held)
    else if (!isOther) this.#fresh.push(entry)
    this.#isLooking = this.#waiting.length > 0
  }

  /** Puts other forms of known entries (their bodies are gone) in their place. */
  replace(entries: readonly Entry[]): void {
    const forms = new Map<Entry, Entry>()
    for (const entry of entries) {
      const held = this.#held.get(entry.id)
      if (held === undefined) continue
      forms.set(held.entry, entry)
      held.entry = entry
      if (!held.isOther) this.#chainOf(entry)[entry.sequence] = entry
    }
    const current = (entry: Entry): Entry => forms.get(entry) ?? entry
    this.#sorted = this.#sorted.map(current)
    this.#fresh = this.#fresh.map(current)
  }

  byId(id: EntryId): Entry | null {
    return this.#held.get(id)?.entry ?? null
  }

  /** Whether the entry of this id is held and belongs to another history than the one that stands. */
  isOther(id: EntryId): boolean {
    return this.#held.get(id)?.isOther === true
  }

  bySequence(author: SigningPublicKey, writer: WriterId, sequence: number): Entry | null {
    return this.#chains.get(writerKeyOf(author, writer))?.[sequence] ?? null
  }

  head(author: SigningPublicKey, writer: WriterId): Entry | null {
    return this.#chains.get(writerKeyOf(author, writer))?.at(-1) ?? null
  }

  /** Each writer's entries, from sequence 0. */
  chains(): Iterable<readonly Entry[]> {
    return this.#chains.values()
  }

  /** The last entry of each writer of which `counts` holds. */
  heads(counts: (entry: Entry) => boolean): Head[] {
    return [...this.#chains.values()].flatMap((chain) => {
      const entry = chain.findLast(counts)
      if (entry === undefined) return []
      const { author, writer, sequence, id } = entry
      return [Object.freeze({ author, writer, sequence, id })]
    })
  }

  /** The entries that a new one comes after: the latest first. */
  frontier(): Entry[] {
    return Array.from(this.#frontier, ({ entry }) => entry).sort((left, right) =>
      compareEntries(right, left),
    )
  }

  /** Those whose causes are all there, in the log's order. */
  sorted(): readonly Entry[] {
    if (this.#isLooking) this.#lookAgain()
    if (this.#fresh.length > 0) this.#sorted = merged(this.#sorted, this.#fresh)
    this.#fresh = []
    return this.#sorted
  }

  #name(cause: Held): void {
    if (cause.isNamed) return
    cause.isNamed = true
    this.#frontier.delete(cause)
  }

  /** A cause has a lower Lamport time, so one pass in order finds all that are reached. */
  #lookAgain(): void {
    const rest: Held[] = []
    this.#waiting.sort((left, right) => compareEntries(left.entry, right.entry))
    for (const held of this.#waiting) {
      held.isReached = causesOf(held.entry).every((id) => this.#held.get(id)?.isReached === true)
      if (!held.isReached) rest.push(held)
      else if (!held.isOther) this.#fresh.push(held.entry)
    }
    this.#waiting = rest
    this.#isLooking = false
  }

  #chainOf({ author, writer }: Entry): Entry[] {
    const key = writerKeyOf(author, writer)
    const known = this.#chains.get(key)
    if (known !== undefined) return known
    const chain: Entry[] = []
    this.#chains.set(key, chain)
    return chain
  }
}

function isNextOf(chain: readonly Entry[], { sequence, previous }: Entry): boolean {
  const head = chain.at(-1)
  if (sequence !== chain.length) return false
  return head === undefined || (previous !== null && equalBytes(previous, head.id))
}

/** What must be there before an entry is shown: parents and the writer's previous one. */
export function causesOf({
  previous,
  parents,
}: Pick<Entry, 'previous' | 'parents'>): readonly EntryId[] {
  return previous === null ? parents : [...parents, previous]
}

/** Both in one order; `fresh` are most often the latest, and few. */
function merged(sorted: readonly Entry[], fresh: Entry[]): readonly Entry[] {
  const [first] = fresh.sort(compareEntries)
  const end =
    first === undefined ? -1 : sorted.findLastIndex((entry) => compareEntries(entry, first) < 0)
  const later = sorted.slice(end + 1)
  return sorted
    .slice(0, end + 1)
    .concat(later.length === 0 ? fresh : later.concat(fresh).sort(compareEntries))
}
