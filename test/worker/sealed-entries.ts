import {
  compareBytes,
  identityFromSeed,
  labelled,
  makeSeed,
  parseSignature,
  parseSigningPublicKey,
  randomBytes,
  seal,
  type SigningPublicKey,
} from '@hamsa/crypto'
import {
  bodyHashOf,
  encodeHeader,
  entryIdOf,
  type HeaderFields,
} from '../../client/conversation/entry-header.ts'
import { sealEntry, type Epoch } from '../../client/conversation/entry-seal.ts'
import { encodeEntry, strip } from '../../client/conversation/entry.ts'
import { makeWriterId, NO_CERTIFICATE, parseLogId } from '../../client/conversation/ids.ts'
import { MAX_ENTRY_BYTES, type LogId } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'

/** What an entry is opened with. */
export type SealContext = { readonly log: LogId; readonly epoch: Epoch }

export function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('missing in a fixture')
  return value
}

export function makeSealContext(): SealContext {
  return {
    log: must(parseLogId(randomBytes(32))),
    epoch: { number: 3, tag: 7, key: randomBytes(32) },
  }
}

/** Signs headers by WebCrypto: thousands of entries in the time in which tweetnacl signs a hundred. */
export class TestAuthor {
  private constructor(
    readonly publicKey: SigningPublicKey,
    readonly secretKey: CryptoKey,
  ) {}

  static async make(): Promise<TestAuthor> {
    const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
    if (!('privateKey' in pair)) throw new Error('a pair was asked for')
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
    return new TestAuthor(must(parseSigningPublicKey(raw)), pair.privateKey)
  }

  async signEntry(
    log: LogId,
    body: Uint8Array,
    given: Partial<HeaderFields> = {},
  ): Promise<SignedEntry> {
    const salt = randomBytes(16)
    const fields = {
      author: this.publicKey,
      certificate: NO_CERTIFICATE,
      writer: makeWriterId(),
      sequence: 0,
      previous: null,
      parents: [],
      lamport: 1,
      wallTimeMs: 1_790_000_000_000,
      kind: 1,
      ...given,
    }
    const bodyHash = bodyHashOf(salt, body)
    const header = encodeHeader({ ...fields, log, bodyLength: body.length, bodyHash })
    const signed = new Uint8Array(labelled('hamsa/entry/1', header))
    const raw = new Uint8Array(await crypto.subtle.sign('Ed25519', this.secretKey, signed))
    return {
      ...fields,
      id: entryIdOf(header),
      signature: must(parseSignature(raw)),
      content: { type: 'whole', salt, body },
    }
  }
}

/** A chain of good entries by one author, with a body of so many bytes each. */
export async function makeSealedChain(
  { log, epoch }: SealContext,
  count: number,
  bodyBytes: number,
): Promise<Uint8Array[]> {
  const author = await TestAuthor.make()
  const writer = makeWriterId()
  const sealed: Uint8Array[] = []
  let previous: SignedEntry | null = null
  for (let sequence = 0; sequence < count; sequence++) {
    const entry: SignedEntry = await author.signEntry(log, randomBytes(bodyBytes), {
      writer,
      sequence,
      previous: previous?.id ?? null,
      parents: previous === null ? [] : [previous.id],
      lamport: sequence + 1,
    })
    sealed.push(sealEntry(log, entry, epoch))
    previous = entry
  }
  return sealed
}

/** One sealed entry, and what it must turn out to be. */
export type Sample = {
  readonly name: string
  readonly sealed: Uint8Array
  readonly verdict: 'entry' | 'other-epoch' | 'seal' | 'other-log' | 'signature'
}

/** Each way in which a sealed entry can be good or bad. */
export async function makeSamples({ log, epoch }: SealContext): Promise<Sample[]> {
  const author = await TestAuthor.make()
  const entry = await author.signEntry(log, randomBytes(300))
  const good = sealEntry(log, entry, epoch)
  const ids = [entry.id, (await author.signEntry(log, randomBytes(1))).id].sort(compareBytes)
  const later = await author.signEntry(log, randomBytes(1), {
    sequence: 4,
    previous: must(ids[0]),
    parents: ids,
  })
  const longest = await author.signEntry(log, randomBytes(60_000))
  const stranger = identityFromSeed(makeSeed()).signing.publicKey
  const elsewhere = must(parseLogId(randomBytes(32)))
  const otherKey = { ...epoch, key: randomBytes(32) }
  const sample = (
    name: string,
    verdict: Sample['verdict'],
    ...parts: readonly Uint8Array[]
  ): Sample => ({ name, verdict, sealed: new Uint8Array(parts.flatMap((part) => [...part])) })
  const forged = { ...entry, author: stranger }
  const forgedId = entryIdOf(
    encodeHeader({ ...forged, log, bodyLength: 300, bodyHash: bodyHashIn(entry) }),
  )
  return [
    sample('a good entry', 'entry', good),
    sample('one with a previous entry and parents', 'entry', sealEntry(log, later, epoch)),
    sample('a long one', 'entry', sealEntry(log, longest, epoch)),
    sample(
      'one without a body',
      'entry',
      sealEntry(log, await author.signEntry(log, new Uint8Array()), epoch),
    ),
    sample('one that was stripped', 'entry', sealEntry(log, strip(entry), epoch)),
    sample(
      'in the name of another',
      'signature',
      sealEntry(log, { ...forged, id: forgedId }, epoch),
    ),
    sample(
      'of another log',
      'other-log',
      sealEntry(elsewhere, await author.signEntry(elsewhere, randomBytes(9)), epoch),
    ),
    sample('of a later epoch', 'other-epoch', sealEntry(log, entry, { ...epoch, number: 4 })),
    sample('of a rival epoch', 'other-epoch', sealEntry(log, entry, { ...epoch, tag: 8 })),
    sample('under another key', 'seal', sealEntry(log, entry, otherKey)),
    sample(
      'sealed a second time',
      'seal',
      good.subarray(0, 9),
      seal(epoch.key, encodeEntry(log, entry)),
    ),
    sample('cut short', 'seal', good.subarray(0, -1)),
    sample('with something behind', 'seal', good, Uint8Array.of(0)),
    sample('of an unknown form', 'seal', Uint8Array.of(9), good.subarray(1)),
    sample('nothing', 'seal'),
    sample('a form and nothing else', 'seal', Uint8Array.of(1)),
    sample('no entry inside', 'seal', good.subarray(0, 9), seal(epoch.key, randomBytes(100))),
    sample(
      'longer than any entry',
      'seal',
      good.subarray(0, 9),
      new Uint8Array(MAX_ENTRY_BYTES + 41),
    ),
  ]
}

function bodyHashIn(entry: SignedEntry): Uint8Array {
  const stripped = strip(entry).content
  if (stripped.type !== 'stripped') throw new Error('strip leaves the hash')
  return stripped.bodyHash
}
