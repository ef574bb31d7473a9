import { toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import type { Entry, EntryId, Head, WriterId } from './log.ts'
import { compareEntries } from './order.ts'
import { writerKeyOf } from './writer-key.ts'

/**
 * All entries of a log that are proven: what the gate judges against and what the screen shows.
 * Each writer's chain is held from sequence 0 on and without a gap; whoever adds an entry has
 * checked that it follows its writer's head.
 */
export class EntryIndex {
  readonly #byKey = new Map<string, Entry>()
  readonly #chains = new Map<string, Entry[]>()
  /** Entries that no other names as parent or previous. */
  readonly #frontier = new Map<string, Entry>()
  readonly #named = new Set<string>()
  /** Those in `#sorted`. */
  readonly #reached = new Set<string>()
  #sorted: readonly Entry[] = []
  /** Not reached yet: a cause is missing, or nobody has asked since they came. */
  #waiting: Entry[] = []

  add(entry: Entry): void {
    const chain = this.#chainOf(entry)
    chain.push(entry)
    this.#byKey.set(entry.key, entry)
    for (const key of causesOf(entry)) {
      this.#named.add(key)
      this.#frontier.delete(key)
    }
    if (!this.#named.has(entry.key)) this.#frontier.set(entry.key, entry)
    this.#waiting.push(entry)
  }

  /** Puts other forms of known entries (their bodies are gone) in their place. */
  replace(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#byKey.set(entry.key, entry)
      this.#chainOf(entry)[entry.sequence] = entry
      if (this.#frontier.has(entry.key)) this.#frontier.set(entry.key, entry)
    }
    const current = (entry: Entry): Entry => this.#byKey.get(entry.key) ?? entry
    this.#sorted = this.#sorted.map(current)
    this.#waiting = this.#waiting.map(current)
  }

  /** By base64url of the entry id. */
  byKey(key: string): Entry | null {
    return this.#byKey.get(key) ?? null
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
    return [...this.#frontier.values()].sort((left, right) => compareEntries(right, left))
  }

  /** Those whose causes are all there, in the log's order. */
  sorted(): readonly Entry[] {
    if (this.#waiting.length === 0) return this.#sorted
    const fresh = this.#takeReached()
    if (fresh.length > 0) this.#sorted = [...this.#sorted, ...fresh].sort(compareEntries)
    return this.#sorted
  }

  /** A cause has a lower Lamport time, so one pass in order finds them all. */
  #takeReached(): Entry[] {
    const reached: Entry[] = []
    const rest: Entry[] = []
    for (const entry of this.#waiting.sort(compareEntries)) {
      const isReached = causesOf(entry).every((key) => this.#reached.has(key))
      if (isReached) this.#reached.add(entry.key)
      ;(isReached ? reached : rest).push(entry)
    }
    this.#waiting = rest
    return reached
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

/** What must be there before an entry is shown: parents and the writer's previous one. */
export function causesOf(entry: Pick<Entry, 'previous' | 'parents'>): string[] {
  const ids: readonly EntryId[] =
    entry.previous === null ? entry.parents : [...entry.parents, entry.previous]
  return ids.map(toBase64Url)
}
