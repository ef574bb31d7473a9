import {
  ByteReader,
  ByteWriter,
  compareBytes,
  equalBytes,
  parseSigningPublicKey,
  signSoon,
  toBase64Url,
  verify,
  type Signature,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { ENTRY_ID_BYTES, parseEntryId, parseWriterId, WRITER_ID_BYTES } from './ids.ts'
import type { Entry, Head, Log, LogId } from './log.ts'

const HEADS_VERSION = 1
const KEY_BYTES = 32
/** Most writers that one frame names. */
export const MAX_HEADS = 1024

/** What a control frame says of a log: all that the sender holds, signed. */
export type SignedHeads = {
  readonly type: 'heads'
  readonly epoch: number
  /** Ascending by author and writer, each once. */
  readonly heads: readonly Head[]
  readonly signature: Signature
}

export function compareHeads(left: Head, right: Head): number {
  return compareBytes(left.author, right.author) || compareBytes(left.writer, right.writer)
}

/** count u16 ‖ (author 32 ‖ writer 16 ‖ sequence u32 ‖ id 32) each. Throws when they are unsorted or named twice. */
export function writeHeads(bytes: ByteWriter, heads: readonly Head[]): void {
  if (!isOneSpelling(heads)) throw new RangeError('heads are unsorted or named twice')
  bytes.uint(heads.length, 2)
  for (const head of heads) {
    bytes.raw(head.author).raw(head.writer).uint(head.sequence, 4).raw(head.id)
  }
}

/** What `writeHeads` wrote, from foreign bytes; `null` when malformed or more than `limit`. */
export function readHeads(reader: ByteReader, limit: number): Head[] | null {
  const count = reader.uint(2)
  if (count > limit) return null
  const heads: Head[] = []
  for (let index = 0; index < count && reader.ok; index++) {
    const author = parseSigningPublicKey(reader.raw(KEY_BYTES))
    const writer = parseWriterId(reader.raw(WRITER_ID_BYTES))
    const sequence = reader.uint(4)
    const id = parseEntryId(reader.raw(ENTRY_ID_BYTES))
    if (author === null || writer === null || id === null) return null
    heads.push({ author, writer, sequence, id })
  }
  return reader.ok && isOneSpelling(heads) ? heads : null
}

/** Ascending by author and writer, each once. */
function isOneSpelling(heads: readonly Head[]): boolean {
  return heads.every((head, index) => {
    const before = heads[index - 1]
    return before === undefined || compareHeads(before, head) < 0
  })
}

/** The bytes that are signed: version 1 ‖ log id 32 ‖ epoch u32 ‖ heads. */
function encodeHeads(log: LogId, epoch: number, heads: readonly Head[]): Uint8Array {
  const bytes = new ByteWriter().uint(HEADS_VERSION, 1).raw(log).uint(epoch, 4)
  writeHeads(bytes, heads)
  return bytes.finish()
}

/** What this side holds of a log, signed (label `hamsa/heads/1`). */
export async function signHeads(
  log: Pick<Log, 'ref' | 'epoch' | 'heads'>,
  self: SigningPair,
): Promise<SignedHeads> {
  const heads = fairShare(log.heads(), MAX_HEADS).sort(compareHeads)
  const { epoch } = log // another may open while this is signed
  const bytes = encodeHeads(log.ref.id, epoch, heads)
  const signature = await signSoon('hamsa/heads/1', bytes, self.secretKey)
  return { type: 'heads', epoch, heads, signature }
}

/** Whether the holder of `key` did say so of this log. */
export async function verifyHeads(
  frame: Omit<SignedHeads, 'type'>,
  log: Pick<Log, 'ref'>,
  key: SigningPublicKey,
): Promise<boolean> {
  if (frame.heads.length > MAX_HEADS || !isOneSpelling(frame.heads)) return false
  const bytes = encodeHeads(log.ref.id, frame.epoch, frame.heads)
  return verify('hamsa/heads/1', bytes, frame.signature, key)
}

/** Whether whoever holds these heads holds this entry. A head at the entry's own place must be the entry. */
export function covers(heads: readonly Head[], entry: Entry): boolean {
  const head = heads.find(
    ({ author, writer }) => equalBytes(author, entry.author) && equalBytes(writer, entry.writer),
  )
  if (head === undefined || head.sequence < entry.sequence) return false
  return head.sequence > entry.sequence || equalBytes(head.id, entry.id)
}

/** At most `limit` heads, one of each author in turn: nobody crowds the others out with writers of its own. */
export function fairShare(heads: readonly Head[], limit: number): Head[] {
  if (heads.length <= limit) return [...heads]
  const turns = new Map<string, number>()
  const ranked = heads.map((head) => {
    const author = toBase64Url(head.author)
    const turn = turns.get(author) ?? 0
    turns.set(author, turn + 1)
    return { head, turn }
  })
  ranked.sort((left, right) => left.turn - right.turn)
  return ranked.slice(0, limit).map(({ head }) => head)
}
