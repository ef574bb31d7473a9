import {
  identityFromSeed,
  issueCertificate,
  makeConversationSecret,
  makeInviteToken,
  makeSeed,
  MAX_CERTIFICATE_LIFETIME_MS,
  randomBytes,
  sign,
  type Certificate,
} from '@hamsa/crypto'
import {
  makeWriterId,
  NO_CERTIFICATE,
  parseEntryId,
  parseLogId,
} from '../../client/conversation/ids.ts'
import { entryIdOf, headerOf } from '../../client/conversation/entry-header.ts'
import type { EntryId, LogId } from '../../client/conversation/log.ts'
import type { EntryContent, SignedEntry } from '../../client/conversation/signed-entry.ts'
import { formatInvite } from '../../client/identity/invite.ts'
import { makeShop, publicInvite, type ShopKeys } from '../../client/identity/shop-identity.ts'
import { makeShopper } from '../../client/identity/shopper-identity.ts'
import type {
  ConversationRecord,
  RecoveryRecord,
  ShopperRecord,
} from '../../client/recovery/recovery-record.ts'

export const NOW_MS = Date.UTC(2026, 0, 15)

export function someEntryId(): EntryId {
  const id = parseEntryId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are an entry id')
  return id
}

export function someLogId(): LogId {
  const id = parseLogId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are a log id')
  return id
}

const author = identityFromSeed(makeSeed()).signing
const signature = sign('hamsa/entry/1', new Uint8Array(), author.secretKey)

/** An entry of a log as storage keeps it. Its signature is worth nothing, which no codec asks. */
export function someEntry(
  log: LogId,
  content: EntryContent,
  fields: Partial<Omit<SignedEntry, 'id' | 'content'>> = {},
): SignedEntry {
  const { sequence = 0 } = fields
  const entry: SignedEntry = {
    id: someEntryId(),
    author: author.publicKey,
    certificate: NO_CERTIFICATE,
    writer: makeWriterId(),
    previous: sequence === 0 ? null : someEntryId(),
    parents: [],
    lamport: sequence + 1,
    wallTimeMs: NOW_MS,
    kind: 1,
    signature,
    ...fields,
    sequence,
    content,
  }
  return { ...entry, id: entryIdOf(headerOf(log, entry)) }
}

export const whole = (body: Uint8Array): EntryContent => ({
  type: 'whole',
  salt: randomBytes(16),
  body,
})

export const stripped = (bodyLength: number): EntryContent => ({
  type: 'stripped',
  bodyLength,
  bodyHash: randomBytes(32),
})

export function someConversation(): ConversationRecord {
  const { identity } = makeShopper()
  return {
    type: 'conversation',
    shopper: identity.signing.publicKey,
    shopperBox: identity.box.publicKey,
    secret: makeConversationSecret(),
    inviteId: makeInviteToken().id,
    createdMs: NOW_MS,
    read: 7,
  }
}

export function certificateOf(shop: ShopKeys): Certificate {
  const device = identityFromSeed(makeSeed())
  return issueCertificate({
    root: shop.root.signing,
    device: { signing: device.signing.publicKey, box: device.box.publicKey },
    role: 'agent',
    name: 'Amal',
    notBeforeMs: 0,
    notAfterMs: MAX_CERTIFICATE_LIFETIME_MS,
  })
}

export function shopperOf(shop: ShopKeys): ShopperRecord {
  const invite = new URL(formatInvite('https://chat.example', publicInvite(shop))).hash
  return { type: 'shopper', root: shop.root.signing.publicKey, keys: makeShopper(), invite }
}

export const shop = makeShop({ name: 'متجر همسة', nowMs: NOW_MS })
export const shopRecord: RecoveryRecord = { type: 'shop', keys: shop }
