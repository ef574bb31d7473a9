import { createPrivateKey, sign as signByNode } from 'node:crypto'
import {
  firstEpochKey,
  makeConversationSecret,
  parseSignature,
  toBase64Url,
  toHex,
  type Identity,
  type Signature,
  type SigningPair,
} from '@hamsa/crypto'
import { encodeEntry } from '../../client/conversation/entry.ts'
import { NO_CERTIFICATE } from '../../client/conversation/ids.ts'
import type { Draft, Entry } from '../../client/conversation/log.ts'
import { openLog, type OpenedLog } from '../../client/conversation/open-log.ts'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { encodeShop, makeShop, type ShopKeys } from '../../client/identity/shop-identity.ts'
import { conversationLogId, staffLogId } from '../../client/identity/shopper-identity.ts'
import {
  idOfCertificate,
  loadCertificates,
  saveCertificates,
} from '../../client/session/certificate-book.ts'
import {
  loadConversations,
  saveConversation,
  type ConversationRecord,
} from '../../client/session/conversation-record.ts'
import { SHOP_CERTIFICATES } from '../../client/session/shop-record.ts'
import { epochRecords } from '../../client/session/epoch-records.ts'
import { membersOf } from '../../client/session/epoch-turn.ts'
import { ConversationMembers, ShopDevices } from '../../client/session/shop-devices.ts'
import { SHOP } from '../../client/session/shop-record.ts'
import { loadWriter, renewWriter } from '../../client/session/writer.ts'
import type { Storage } from '../../client/storage/ports.ts'
import { forgeEntry } from '../helpers/forged-entry.ts'
import { makeIdentity } from '../helpers/log-peer.ts'
import { repair } from '../helpers/log-repair.ts'
import { MemoryEpochs } from '../helpers/memory-epochs.ts'
import { MemoryStore } from '../helpers/memory-store.ts'

/** Midday, so that it is the same day on every test machine. */
export const NOW_MS = Date.UTC(2026, 10, 25, 12)
const HOUR_MS = 60 * 60 * 1000

export type ShopStorage = Pick<Storage, 'vault' | 'entries' | 'eraseAll'>

/** One side of a conversation with its log open. */
export class Side {
  constructor(readonly log: OpenedLog) {}

  async say(draft: string | Draft): Promise<Entry> {
    const result = await this.log.append(
      typeof draft === 'string' ? { kind: 'text', text: draft } : draft,
    )
    if (result.type === 'refused') throw new Error(result.reason)
    return result.entry
  }

  /** Ids and what they say, in the order of the screen. */
  screen(): readonly unknown[] {
    return this.log.snapshot().entries.map(({ id, body }) => [toHex(id), body])
  }

  texts(): string[] {
    return this.log
      .snapshot()
      .entries.flatMap(({ body }) => (body.kind === 'text' ? [body.text] : []))
  }
}

/** A shopper of a shop, with a log in memory. */
export type TestShopper = {
  readonly identity: Identity
  readonly record: ConversationRecord
  readonly side: Side
}

/** A shop without conversations, stored as the desk stores it. */
export async function storeShop(storage: ShopStorage, name = 'متجر أمل'): Promise<ShopKeys> {
  const shop = makeShop({ name, nowMs: NOW_MS })
  await storage.vault.write(SHOP, encodeShop(shop))
  await saveCertificates(storage.vault, SHOP_CERTIFICATES, [shop.certificate])
  return shop
}

/** The desk's side of a conversation, as the desk opens it: over the storage's own writer, epochs and entries. */
export async function openSide(
  { vault, entries }: ShopStorage,
  shop: ShopKeys,
  record: ConversationRecord,
): Promise<Side> {
  const id = conversationLogId(shop.root.signing.publicKey, record.shopper)
  const devices = new ShopDevices()
  const membership = new ConversationMembers(record.shopper, devices)
  for (const certificate of await loadCertificates(vault, SHOP_CERTIFICATES)) {
    devices.add(certificate)
  }
  return new Side(
    await openLog({
      ref: { kind: 'conversation', id },
      firstKey: firstEpochKey(record.secret, id),
      self: { ...shop.device, certificate: idOfCertificate(shop.certificate) },
      writer: await loadWriter(vault, id),
      renewWriter: () => renewWriter(vault, id),
      membership,
      store: entries,
      epochs: epochRecords(vault, id),
      unseal: unsealHere,
      now: () => NOW_MS,
    }),
  )
}

/** A shopper who is new to a shop; the desk's record is stored. */
export async function addShopper(
  { vault }: ShopStorage,
  shop: ShopKeys,
  number = 0,
): Promise<TestShopper> {
  const identity = makeIdentity()
  const record = {
    shopper: identity.signing.publicKey,
    shopperBox: identity.box.publicKey,
    secret: makeConversationSecret(),
    inviteId: shop.invite.id,
    createdMs: NOW_MS - (10 - number) * HOUR_MS,
    read: number,
  }
  await saveConversation(vault, record)
  const id = conversationLogId(shop.root.signing.publicKey, record.shopper)
  const devices = new ShopDevices()
  const membership = new ConversationMembers(record.shopper, devices)
  devices.add(shop.certificate)
  const log = await openLog({
    ref: { kind: 'conversation', id },
    firstKey: firstEpochKey(record.secret, id),
    self: { ...identity, certificate: NO_CERTIFICATE },
    writer: await loadWriter(vault, id), // any will do: a writer belongs to its author
    membership,
    store: new MemoryStore(),
    epochs: new MemoryEpochs(),
    unseal: unsealHere,
    now: () => NOW_MS,
  })
  return { identity, record, side: new Side(log) }
}

/** Opens the next epoch for the shop and this shopper. */
export async function turnEpoch(side: Side, shop: ShopKeys, shopper: TestShopper): Promise<void> {
  const { record } = shopper
  const isOpen = await side.log.openEpoch([
    ...membersOf([shop.certificate]),
    { key: record.shopper, box: record.shopperBox },
  ])
  if (!isOpen) throw new Error('a device of the shop may open epochs')
}

export type FullShop = { readonly shop: ShopKeys; readonly shoppers: readonly TestShopper[] }

/**
 * A shop with three shoppers, each of whom said something, edited it and took something back; the
 * first two turned an epoch. Each text is followed by `filler`, so that it weighs something.
 */
export async function storeFullShop(
  storage: ShopStorage,
  { turns = 2, filler = '' }: { readonly turns?: number; readonly filler?: string } = {},
): Promise<FullShop> {
  const shop = await storeShop(storage)
  const shoppers: TestShopper[] = []
  for (let number = 0; number < 3; number++) {
    const shopper = await addShopper(storage, shop, number)
    shoppers.push(shopper)
    const desk = await openSide(storage, shop, shopper.record)
    for (let turn = 0; turn < turns; turn++) {
      await desk.say(`shop ${number}.${turn}${filler}`)
      await shopper.side.say(`shopper ${number}.${turn}${filler}`)
    }
    const [wrong, gone] = [await desk.say('wrogn'), await desk.say('secret')]
    await desk.say({ kind: 'edit', target: wrong.id, text: 'right' })
    await repair([desk, shopper.side])
    if (number < 2) await turnEpoch(desk, shop, shopper)
    await desk.say({ kind: 'delete', target: gone.id })
    await shopper.side.say('last')
    await repair([desk, shopper.side])
    desk.log.close()
    const log = conversationLogId(shop.root.signing.publicKey, shopper.record.shopper)
    await storage.vault.write(`receipts/${toBase64Url(log)}`, Uint8Array.of(1, 0, 0))
  }
  const staff = staffLogId(shop.root.signing.publicKey)
  await storage.entries.put(staff, [forgeEntry({ ref: { id: staff } }, shop.device.signing)])
  return { shop, shoppers }
}

/** Everything that a restored storage has in common with the one that the file was made from. */
export async function contentsOf(
  { vault, entries }: Pick<ShopStorage, 'vault' | 'entries'>,
  { root }: ShopKeys,
): Promise<ReadonlyMap<string, unknown>> {
  const contents = new Map<string, unknown>()
  for (const name of await vault.names('')) {
    if (/^(writer|receipts)\//.test(name)) continue
    contents.set(name, toHex((await vault.read(name)) ?? new Uint8Array()))
  }
  const conversations = (await loadConversations(vault)).map(({ shopper }) =>
    conversationLogId(root.signing.publicKey, shopper),
  )
  for (const log of [staffLogId(root.signing.publicKey), ...conversations]) {
    const { entries: stored } = await entries.load(log)
    contents.set(`log ${toHex(log)}`, stored.map((entry) => toHex(encodeEntry(log, entry))).sort())
  }
  return contents
}

/** `sign` of the product for one label and key, fifty times as fast. */
export function fastSigner(
  label: string,
  { secretKey }: SigningPair,
): (message: Uint8Array) => Signature {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex') // PKCS#8 of an Ed25519 seed, RFC 8410
  const der = Buffer.concat([prefix, secretKey.subarray(0, 32)])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return (message) => {
    const labelled = Buffer.concat([Buffer.of(label.length), Buffer.from(label), message])
    const signature = parseSignature(new Uint8Array(signByNode(null, labelled, key)))
    if (signature === null) throw new Error('a signature in its one form')
    return signature
  }
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The bytes in pieces of this size, as a picked file is read. */
export async function* piecesOf(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve()
    yield bytes.subarray(at, at + size)
  }
}
