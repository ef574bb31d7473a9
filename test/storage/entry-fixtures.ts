import {
  identityFromSeed,
  makeSeed,
  parseSignature,
  randomBytes,
  type Signature,
  type SigningPublicKey,
} from '@hamsa/crypto'
import {
  makeWriterId,
  NO_CERTIFICATE,
  parseEntryId,
  parseLogId,
} from '../../client/conversation/ids.ts'
import type { CertificateId, EntryId, LogId, WriterId } from '../../client/conversation/log.ts'
import type { EntryContent, SignedEntry } from '../../client/conversation/signed-entry.ts'

export type Speaker = {
  readonly author: SigningPublicKey
  readonly certificate: CertificateId
  readonly writer: WriterId
}

export function makeLogId(): LogId {
  const id = parseLogId(randomBytes(32))
  if (id === null) throw new Error('32 bytes')
  return id
}

export function makeEntryId(): EntryId {
  const id = parseEntryId(randomBytes(32))
  if (id === null) throw new Error('32 bytes')
  return id
}

export function makeSpeaker(): Speaker {
  const author = identityFromSeed(makeSeed()).signing.publicKey
  return { author, certificate: NO_CERTIFICATE, writer: makeWriterId() }
}

/** 64 bytes in a signature's one form; storage never proves one. */
export function makeSignature(): Signature {
  const bytes = randomBytes(64)
  bytes[63] = (bytes[63] ?? 0) & 0x0f
  const signature = parseSignature(bytes)
  if (signature === null) throw new Error('in one of 2^250 cases')
  return signature
}

export function wholeContent(bodyBytes: number): EntryContent {
  const body = new Uint8Array(bodyBytes)
  body.set(randomBytes(Math.min(bodyBytes, 1024)))
  return { type: 'whole', salt: randomBytes(16), body }
}

/** A first entry of a speaker; any field may be given. */
export function makeEntry(speaker: Speaker, fields: Partial<SignedEntry> = {}): SignedEntry {
  return {
    id: makeEntryId(),
    ...speaker,
    sequence: 0,
    previous: null,
    parents: [],
    lamport: 1,
    wallTimeMs: 1_790_000_000_000,
    kind: 1,
    signature: makeSignature(),
    content: wholeContent(20),
    ...fields,
  }
}

/** Two people who answer each other, `count` entries in all, each body of `bodyBytes`. */
export function makeTalk(count: number, bodyBytes: number): SignedEntry[] {
  const speakers = [makeSpeaker(), makeSpeaker()]
  const entries: SignedEntry[] = []
  for (let index = 0; index < count; index++) {
    const speaker = speakers[index % 2]
    const last = entries.at(-1)
    if (speaker === undefined) throw new Error('two speakers')
    entries.push(
      makeEntry(speaker, {
        sequence: Math.floor(index / 2),
        previous: entries[index - 2]?.id ?? null,
        parents: last === undefined ? [] : [last.id],
        lamport: index + 1,
        wallTimeMs: 1_790_000_000_000 + index * 41_000,
        content: wholeContent(bodyBytes),
      }),
    )
  }
  return entries
}
