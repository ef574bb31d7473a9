import { toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import type { Entry, EntryId, Head, LogSnapshot, WriterId } from './log.ts'
import { compareEntries } from './order.ts'
import type { UpdateItem } from './update-item.ts'

/** An entry that is proven and stored, with its place in the replica. */
export type KnownEntry = { readonly entry: Entry; readonly item: UpdateItem }

/** Entries of one writer, by sequence, from 0 and without a gap. */
type Chain = KnownEntry[]

/** A writer is named by author *and* writer id: anyone can copy the 16 bytes. */
export function chainKeyOf(author: SigningPublicKey, writer: WriterId): string {
  return `${toBase64Url(author)}.${toBase64Url(writer)}`
}

/**
 * All entries of a log that are proven and stored: what the gate judges against and what the screen
 * shows. Whoever adds an entry has checked that it follows its writer's head.
 */
export class KnownEntries {
  readonly #byId = new Map<string, KnownEntry>()
  readonly #chains = new Map<string, Chain>()
  readonly #chainOfClient = new Map<number, Chain>()
  /** Entries that no other names as parent or previous. */
  readonly #frontier = new Map<string, Entry>()
  readonly #named = new Set<string>()
  readonly #shown = new Set<string>()
  #unshown: Entry[] = []
  #snapshot: LogSnapshot = Object.freeze({
    entries: Object.freeze([]),
    heads: Object.freeze([]),
  })
  #isStale = false

  add(known: KnownEntry): void {
    const { entry, item } = known
    const chainKey = chainKeyOf(entry.author, entry.writer)
    const chain = this.#chains.get(chainKey) ?? []
    chain.push(known)
    this.#chains.set(chainKey, chain)
    this.#chainOfClient.set(item.client, chain)
    this.#byId.set(item.key, known)
    for (const id of causesOf(entry)) {
      this.#named.add(id)
      this.#frontier.delete(id)
    }
    if (!this.#named.has(item.key)) this.#frontier.set(item.key, entry)
    this.#unshown.push(entry)
    this.#isStale = true
  }

  /** By base64url of the entry id. */
  byId(key: string): KnownEntry | null {
    return this.#byId.get(key) ?? null
  }

  bySequence(author: SigningPublicKey, writer: WriterId, sequence: number): KnownEntry | null {
    return this.#chains.get(chainKeyOf(author, writer))?.[sequence] ?? null
  }

  head(author: SigningPublicKey, writer: WriterId): Entry | null {
    return this.#chains.get(chainKeyOf(author, writer))?.at(-1)?.entry ?? null
  }

  /** An entry whose writer has this Yjs client id. */
  byClient(client: number): KnownEntry | null {
    return this.#chainOfClient.get(client)?.[0] ?? null
  }

  /** The entries that a new one comes after: the latest first. */
  frontier(): Entry[] {
    return [...this.#frontier.values()].sort((left, right) => compareEntries(right, left))
  }

  /** The same object until something is added. */
  snapshot(): LogSnapshot {
    if (!this.#isStale) return this.#snapshot
    this.#isStale = false
    this.#snapshot = Object.freeze({
      entries: Object.freeze(
        [...this.#snapshot.entries, ...this.#takeShowable()].sort(compareEntries),
      ),
      heads: Object.freeze([...this.#chains.values()].flatMap((chain) => headOf(chain) ?? [])),
    })
    return this.#snapshot
  }

  /** Those whose causes are all shown. A cause has a lower Lamport time, so one pass in order finds them all. */
  #takeShowable(): Entry[] {
    const showable: Entry[] = []
    const rest: Entry[] = []
    for (const entry of this.#unshown.sort(compareEntries)) {
      const isShowable = causesOf(entry).every((id) => this.#shown.has(id))
      if (isShowable) this.#shown.add(toBase64Url(entry.id))
      ;(isShowable ? showable : rest).push(entry)
    }
    this.#unshown = rest
    return showable
  }
}

/** What must be there before an entry is shown: parents and the writer's previous one. */
export function causesOf(entry: Entry): string[] {
  const ids: readonly EntryId[] =
    entry.previous === null ? entry.parents : [...entry.parents, entry.previous]
  return ids.map(toBase64Url)
}

function headOf(chain: Chain): Head | null {
  const entry = chain.at(-1)?.entry
  if (entry === undefined) return null
  return Object.freeze({
    author: entry.author,
    writer: entry.writer,
    sequence: entry.sequence,
    id: entry.id,
  })
}
