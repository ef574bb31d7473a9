import {
  equalBytes,
  identityFromSeed,
  labelled,
  makeSeed,
  parseSeed,
  parseSignature,
  randomBytes,
  toBase64Url,
  type Identity,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import * as Y from 'yjs'
import { encodeBody } from '../../client/conversation/bodies/body-codecs.ts'
import {
  bodyHashOf,
  encodeHeader,
  entryIdOf,
  headerOf,
} from '../../client/conversation/entry-header.ts'
import { sealEntry } from '../../client/conversation/entry-seal.ts'
import type { EpochStore } from '../../client/conversation/epoch-store.ts'
import {
  makeWriterId,
  NO_CERTIFICATE,
  parseLogId,
  parseWriterId,
} from '../../client/conversation/ids.ts'
import type { LogParts } from '../../client/conversation/log-parts.ts'
import type { LogId, WriterId } from '../../client/conversation/log.ts'
import { openLog, type OpenedLog } from '../../client/conversation/open-log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { unsealHere } from '../../client/conversation/unseal.ts'
import type { EntryStore } from '../../client/storage/ports.ts'

/*
 * A long conversation of a shop and a shopper who answer each other, for measuring. Runs in Node and
 * in a browser; signs by WebCrypto, since tweetnacl would take a minute.
 */

/** Bytes of each message's text: Arabic, two bytes a letter, with a price in it. */
export const TEXT_BYTES = 300
/** A desk opens the next epoch at 2 MB, which messages of this length reach here. */
const EPOCH_ENTRIES = 3_060
/** PKCS #8 around a seed (RFC 8410 §7). */
const PKCS8_PREFIX = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
])

/** A side that comes again: its seed and writer. */
type SideNotes = { readonly seed: Uint8Array; readonly writer: Uint8Array }

/** All that opens a stored talk again, on another page. */
export type TalkNotes = {
  readonly log: Uint8Array
  readonly firstKey: Uint8Array
  readonly openings: readonly Uint8Array[]
  readonly shop: SideNotes
  readonly shopper: SideNotes
}

/** The same values in plain Yjs: its update, and what WebCrypto verifies of the heads. */
export type PlainTalk = {
  readonly update: Uint8Array
  readonly heads: readonly {
    readonly key: Uint8Array
    readonly signature: Uint8Array
    readonly message: Uint8Array
  }[]
}

function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('missing in a fixture')
  return value
}

class Side {
  readonly identity: Identity
  readonly writer: WriterId
  readonly notes: SideNotes
  #key: Promise<CryptoKey> | null = null

  constructor(notes: SideNotes = { seed: makeSeed(), writer: makeWriterId() }) {
    this.notes = notes
    this.identity = identityFromSeed(must(parseSeed(notes.seed)))
    this.writer = must(parseWriterId(notes.writer))
  }

  get publicKey(): SigningPublicKey {
    return this.identity.signing.publicKey
  }

  async sign(header: Uint8Array): Promise<Uint8Array> {
    this.#key ??= importSigner(this.identity.signing)
    const signed = labelled('hamsa/entry/1', header)
    return new Uint8Array(await crypto.subtle.sign('Ed25519', await this.#key, signed))
  }
}

/** The secret half for WebCrypto. tweetnacl's secret key is seed 32 ‖ public key 32. */
function importSigner({ secretKey }: SigningPair): Promise<CryptoKey> {
  const pkcs8 = new Uint8Array([...PKCS8_PREFIX, ...secretKey.subarray(0, 32)])
  return crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
}

function textOf(index: number): string {
  const words = `هل وصلت الشحنة رقم ${index} وما سعر الوشاح الأزرق؟ 99.50 SAR `
  let text = ''
  while (new TextEncoder().encode(text).length < TEXT_BYTES - 1)
    text += must(words[text.length % words.length])
  const bytes = new TextEncoder().encode(text).length
  return bytes < TEXT_BYTES ? `${text}.` : bytes > TEXT_BYTES ? `${text.slice(0, -1)}.` : text
}

/** Epoch openings, as the vault keeps them. */
class KeptEpochs implements EpochStore {
  openings: readonly Uint8Array[]

  constructor(openings: readonly Uint8Array[]) {
    this.openings = openings
  }

  read(): Promise<readonly Uint8Array[]> {
    return Promise.resolve(this.openings)
  }

  write(openings: readonly Uint8Array[]): Promise<void> {
    this.openings = openings
    return Promise.resolve()
  }
}

/** A conversation at rest, and all that opens it. */
export class StoredTalk {
  readonly shop: Side
  readonly shopper: Side
  readonly #log: LogId
  readonly #firstKey: Uint8Array
  readonly #epochs: KeptEpochs
  readonly #store: EntryStore
  readonly #entries: SignedEntry[] = []

  private constructor(store: EntryStore, notes: TalkNotes) {
    this.shop = new Side(notes.shop)
    this.shopper = new Side(notes.shopper)
    this.#log = must(parseLogId(notes.log))
    this.#firstKey = notes.firstKey
    this.#epochs = new KeptEpochs(notes.openings)
    this.#store = store
  }

  /** Signs and stores `count` messages, with the epochs that a desk opens meanwhile, each of so many. */
  static async make(
    store: EntryStore,
    count: number,
    epochEntries = EPOCH_ENTRIES,
  ): Promise<StoredTalk> {
    const side = (): SideNotes => ({ seed: makeSeed(), writer: makeWriterId() })
    const talk = new StoredTalk(store, {
      log: randomBytes(32),
      firstKey: randomBytes(32),
      openings: [],
      shop: side(),
      shopper: side(),
    })
    const entries = talk.#entries
    while (entries.length < count) {
      if (entries.length > 0) await talk.#openEpoch()
      const from = entries.length
      const until = Math.min(count, from + epochEntries)
      while (entries.length < until) await talk.#sayNext()
      await store.put(talk.#log, entries.slice(from))
    }
    return talk
  }

  /** One that was made before and is in this store. */
  static again(store: EntryStore, notes: TalkNotes): StoredTalk {
    return new StoredTalk(store, notes)
  }

  notes(): TalkNotes {
    return {
      log: this.#log,
      firstKey: this.#firstKey,
      openings: this.#epochs.openings,
      shop: this.shop.notes,
      shopper: this.shopper.notes,
    }
  }

  /** What the shop's device opens the log with; another side or store may be given. */
  parts(changes: Partial<LogParts> = {}): LogParts {
    const { signing, box } = this.shop.identity
    return {
      ref: { kind: 'conversation', id: this.#log },
      firstKey: this.#firstKey,
      self: { signing, box, certificate: NO_CERTIFICATE },
      writer: this.shop.writer,
      membership: {
        roleOf: (author) => (equalBytes(author, this.shopper.publicKey) ? 'shopper' : 'owner'),
      },
      store: this.#store,
      epochs: this.#epochs,
      unseal: unsealHere,
      now: () => 1_790_000_000_000,
      ...changes,
    }
  }

  /** What the shopper's own device opens the log with, over an empty storage, as who has lost everything else. */
  newcomer(store: EntryStore): LogParts {
    const { signing, box } = this.shopper.identity
    return this.parts({
      self: { signing, box, certificate: NO_CERTIFICATE },
      writer: makeWriterId(),
      store,
      epochs: new KeptEpochs([]),
    })
  }

  open(): Promise<OpenedLog> {
    return openLog(this.parts())
  }

  /** The same values in a plain Yjs document, by two clients in turn. */
  plain(): PlainTalk {
    const docs = [new Y.Doc(), new Y.Doc()] as const
    const epoch = { number: 0, tag: 0, key: this.#firstKey }
    for (const [index, entry] of this.#entries.entries()) {
      const sealed = sealEntry(this.#log, entry, epoch)
      must(docs[index % 2])
        .getMap('log')
        .set(toBase64Url(entry.id), sealed)
    }
    const heads = this.#entries.slice(-2).map((entry) => ({
      key: new Uint8Array(entry.author),
      signature: new Uint8Array(entry.signature),
      message: labelled('hamsa/entry/1', headerOf(this.#log, entry)),
    }))
    return { update: Y.mergeUpdates(docs.map((doc) => Y.encodeStateAsUpdate(doc))), heads }
  }

  async #openEpoch(): Promise<void> {
    const opened = await this.open()
    const members = [this.shop, this.shopper].map(({ identity }) => ({
      key: identity.signing.publicKey,
      box: identity.box.publicKey,
    }))
    if (!(await opened.openEpoch(members))) throw new Error('the shop opens epochs')
    opened.close()
  }

  async #sayNext(): Promise<void> {
    const index = this.#entries.length
    const side = index % 2 === 0 ? this.shopper : this.shop
    const encoded = encodeBody({ kind: 'text', text: textOf(index) })
    if (typeof encoded === 'string') throw new Error(encoded)
    const salt = randomBytes(16)
    const last = this.#entries.at(-1)
    const fields = {
      author: side.publicKey,
      certificate: NO_CERTIFICATE,
      writer: side.writer,
      sequence: Math.floor(index / 2),
      previous: this.#entries.at(-2)?.id ?? null,
      parents: last === undefined ? [] : [last.id],
      lamport: index + 1,
      wallTimeMs: 1_780_000_000_000 + index * 41_000,
      kind: encoded.kind,
    }
    const bodyHash = bodyHashOf(salt, encoded.body)
    const header = encodeHeader({
      ...fields,
      log: this.#log,
      bodyLength: encoded.body.length,
      bodyHash,
    })
    const signature = must(parseSignature(await side.sign(header)))
    const content = { type: 'whole' as const, salt, body: encoded.body }
    this.#entries.push({ ...fields, id: entryIdOf(header), signature, content })
  }
}

/** Plain Yjs loads its bytes, and WebCrypto verifies the heads. */
export async function loadPlain({ update, heads }: PlainTalk): Promise<void> {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  for (const { key, signature, message } of heads) {
    const imported = await crypto.subtle.importKey('raw', copy(key), 'Ed25519', false, ['verify'])
    const isGood = await crypto.subtle.verify('Ed25519', imported, copy(signature), copy(message))
    if (!isGood) throw new Error('a head was not signed')
  }
}

/** WebCrypto's types want a view on a plain ArrayBuffer. */
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
