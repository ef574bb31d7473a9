import { ByteReader, ByteWriter, equalBytes, toBase64Url, type SigningPair } from '@hamsa/crypto'
import { ENTRY_ID_BYTES, parseEntryId } from '../conversation/ids.ts'
import type { Entry, EntryId, Log } from '../conversation/log.ts'
import { compareEntries } from '../conversation/order.ts'
import { signSeen, verifySeen } from '../conversation/seen.ts'
import type { SeenFrame } from '../link/control-frame.ts'
import type { LivePeer } from '../link/link.ts'
import { StorageError, type Vault } from '../storage/ports.ts'
import { readIfSound } from './read-if-sound.ts'

const RECORD_VERSION = 1
/** Peers whose word on an entry that is not here yet is kept. */
const MAX_EARLY = 16

/** What is stored of both marks. */
export type MarksRecord = { readonly ours: EntryId | null; readonly theirs: EntryId | null }
const NO_MARKS: MarksRecord = { ours: null, theirs: null }

export type SeenMarksParts = {
  readonly log: Pick<Log, 'ref' | 'snapshot'>
  readonly self: SigningPair
  readonly isOwnSide: (author: Entry['author']) => boolean
  /** Whether the other side may know what was seen here. */
  readonly mayTell: () => boolean
  readonly vault: Vault
  /** The mark of the other side has moved. */
  readonly onChange: () => void
}

/** An entry up to which one side has looked; `entry` once it was found in the log. */
type Mark = { readonly id: EntryId; entry: Entry | null }

/**
 * How far each side has looked. A mark is an entry: it and what stands above it on the screen was
 * seen. Both marks only move down the screen, and are kept over reloads: what was read while the
 * other side was away is told when it comes back.
 */
export class SeenMarks {
  readonly #parts: SeenMarksParts
  /** What the other side may know that we have seen. */
  #ours: Mark | null
  /** What the other side has said it has seen. */
  #theirs: Mark | null
  readonly #early = new Map<string, EntryId>()
  #isClosed = false

  constructor(parts: SeenMarksParts, { ours, theirs }: MarksRecord) {
    this.#parts = parts
    this.#ours = ours === null ? null : { id: ours, entry: null }
    this.#theirs = theirs === null ? null : { id: theirs, entry: null }
  }

  /** Nothing is written from now on: the conversation may have been erased. */
  close(): void {
    this.#isClosed = true
  }

  /** The last entry of our side that the other side has seen. */
  get seenByThem(): Entry | null {
    return this.#entryOf(this.#theirs)
  }

  /**
   * The other side's entry of this key is on the screen. Whether the other side is to be told of it;
   * what cannot be stored is told all the same.
   */
  async shown(key: string): Promise<boolean> {
    const { log, isOwnSide, mayTell } = this.#parts
    if (!mayTell()) return false
    const entry = log.snapshot().entries.findLast((one) => one.key === key) ?? null
    if (entry === null || isOwnSide(entry.author)) return false
    if (!isBelow(entry, this.#entryOf(this.#ours))) return false
    this.#ours = { id: entry.id, entry }
    await this.#store()
    return true
  }

  /** What a peer is to be told when it connects; `null` when there is nothing to tell. */
  async told(): Promise<SeenFrame | null> {
    if (this.#ours === null || !this.#parts.mayTell()) return null
    return signSeen(this.#parts.log, this.#ours.id, this.#parts.self)
  }

  /** A peer says what it has seen. Resolves when that is taken in or passed over. */
  async receive(frame: SeenFrame, from: LivePeer): Promise<void> {
    const { log, isOwnSide } = this.#parts
    if (isOwnSide(from.key)) return // another device of ours: it is the other side's eyes that count
    if (!(await verifySeen(frame, log, from.key))) return
    if (await this.#take(frame.entry)) return
    const peer = toBase64Url(from.key)
    if (this.#early.has(peer) || this.#early.size < MAX_EARLY) this.#early.set(peer, frame.entry)
  }

  /** The log has grown: what was said too early may be true now. */
  async logChanged(): Promise<void> {
    for (const [peer, id] of [...this.#early]) {
      if ((await this.#take(id)) && this.#early.get(peer) === id) this.#early.delete(peer)
    }
  }

  /** `false` when the log has no such entry yet. */
  async #take(id: EntryId): Promise<boolean> {
    const mark: Mark = { id, entry: null }
    const entry = this.#entryOf(mark)
    if (entry === null) return false
    if (!this.#parts.isOwnSide(entry.author) || !isBelow(entry, this.seenByThem)) return true
    this.#theirs = mark
    this.#parts.onChange()
    await this.#store()
    return true
  }

  /** What cannot be stored is true all the same, and is said again at the next connection. */
  async #store(): Promise<void> {
    if (this.#isClosed) return
    const { vault, log } = this.#parts
    const record = { ours: this.#ours?.id ?? null, theirs: this.#theirs?.id ?? null }
    await vault.write(recordName(log), encodeMarks(record)).catch((error: unknown) => {
      if (!(error instanceof StorageError)) throw error
    })
  }

  /** Looked for from the end: marks are near it. */
  #entryOf(mark: Mark | null): Entry | null {
    if (mark === null) return null
    const { entries } = this.#parts.log.snapshot()
    mark.entry ??= entries.findLast(({ id }) => equalBytes(id, mark.id)) ?? null
    return mark.entry
  }
}

/** Whether it stands further down the screen than the mark. */
function isBelow(entry: Entry, mark: Entry | null): boolean {
  return mark === null || compareEntries(entry, mark) > 0
}

function recordName(log: Pick<Log, 'ref'>): string {
  return `seen/${toBase64Url(log.ref.id)}`
}

/** What was stored of a log's marks; a damaged record is as none: the other side says it again. Throws `StorageError`. */
export async function loadMarks(vault: Vault, log: Pick<Log, 'ref'>): Promise<MarksRecord> {
  const bytes = await readIfSound(vault, recordName(log))
  return (bytes === null ? null : decodeMarks(bytes)) ?? NO_MARKS
}

/** version 1 ‖ for ours, then theirs: 1 ‖ entry id 32, or 0. */
export function encodeMarks({ ours, theirs }: MarksRecord): Uint8Array {
  const writer = new ByteWriter().uint(RECORD_VERSION, 1)
  for (const id of [ours, theirs]) {
    writer.uint(id === null ? 0 : 1, 1)
    if (id !== null) writer.raw(id)
  }
  return writer.finish()
}

/** `null` for damaged bytes. */
export function decodeMarks(bytes: Uint8Array): MarksRecord | null {
  const reader = new ByteReader(bytes)
  reader.version(RECORD_VERSION)
  const [ours, theirs] = [readMark(reader), readMark(reader)]
  if (ours === undefined || theirs === undefined || !reader.end()) return null
  return { ours, theirs }
}

/** `null` for none; `undefined` when damaged. */
function readMark(reader: ByteReader): EntryId | null | undefined {
  const present = reader.uint(1)
  if (present === 0) return null
  return present === 1 ? (parseEntryId(reader.raw(ENTRY_ID_BYTES)) ?? undefined) : undefined
}
