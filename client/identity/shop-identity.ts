import {
  ByteReader,
  ByteWriter,
  CryptoError,
  encodeCertificate,
  encodeInboxCertificate,
  equalBytes,
  identityFromSeed,
  INVITE_ID_BYTES,
  issueCertificate,
  issueInboxCertificate,
  makeInviteToken,
  makeSeed,
  MAX_CERTIFICATE_BYTES,
  MAX_CERTIFICATE_LIFETIME_MS,
  MAX_INVITE_SECRET_BYTES,
  parseCertificate,
  parseInboxCertificate,
  parseInviteId,
  parseInviteSecret,
  parseSeed,
  SEED_BYTES,
  type Certificate,
  type Identity,
  type InboxCertificate,
  type InviteToken,
  type Seed,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { cardOfName, decodeCard, encodeCard, MAX_CARD_BYTES, type ShopCard } from './card.ts'
import type { ShopInvite } from './invite-kinds.ts'
import { readOptional, writeOptional } from './optional-field.ts'
import { signCard } from './signed-card.ts'
import {
  makeStaffSecret,
  parseStaffSecret,
  STAFF_SECRET_BYTES,
  type StaffSecret,
} from './staff-secret.ts'

/*
 * At rest: version 1 ‖ root seed 32 ‖ device seed 32 ‖ inbox seed 32 ‖ staff secret 32
 * ‖ device certificate (length 2) ‖ inbox certificate (length 2) ‖ invite id 16
 * ‖ invite secret (length 1) ‖ card (length 2) ‖ revocations: 0, or 1 ‖ list (length 2)
 */

const VERSION = 1
const DAY_MS = 24 * 60 * 60 * 1000
/** A certificate with less than this left is renewed: a desk that opens once in ten days never shows an expired one. */
export const RENEW_BEFORE_MS = 10 * DAY_MS
/** Of the inbox that a new shop begins with; one more at each revocation. */
const FIRST_INBOX_NUMBER = 1
/** Longest encoded revocation list. */
export const MAX_REVOCATIONS_BYTES = 9000

/** Everything a shop's first device holds. */
export type ShopKeys = {
  readonly rootSeed: Seed
  readonly deviceSeed: Seed
  readonly inboxSeed: Seed
  /** Shared by the shop's devices; see `staffEpochKey`. */
  readonly staffSecret: StaffSecret
  /** Grown from `rootSeed`. Signs certificates and cards, never an entry. */
  readonly root: Identity
  /** Grown from `deviceSeed`. Writes entries and answers knocks. */
  readonly device: Identity
  /** Grown from `inboxSeed`, shared by the shop's devices. Opens knocks. */
  readonly inbox: Identity
  readonly certificate: Certificate
  readonly inboxCertificate: InboxCertificate
  /** Of `inboxCertificate`: how many inboxes this shop has had. */
  readonly inboxNumber: number
  /** The newest signed revocation list, as it travels; `null` while no device has been revoked. 1 to 9,000 bytes. */
  readonly revocations: Uint8Array | null
  /** What the public invite proves. */
  readonly invite: InviteToken
  readonly card: ShopCard
}

/** A new shop on its first device. `name` as `checkShopName` gave it; throws `bad-length` for one it refuses. */
export function makeShop({
  name,
  nowMs,
}: {
  readonly name: string
  readonly nowMs: number
}): ShopKeys {
  const seeds = { rootSeed: makeSeed(), deviceSeed: makeSeed(), inboxSeed: makeSeed() }
  const identities = grow(seeds)
  const { root, device, inbox } = identities
  const card = cardOfName(name)
  encodeCard(card) // a name that cannot be stored must not become a shop
  return {
    ...seeds,
    ...identities,
    staffSecret: makeStaffSecret(),
    certificate: certify(root, device, nowMs),
    inboxCertificate: certifyInbox(root, inbox, FIRST_INBOX_NUMBER),
    inboxNumber: FIRST_INBOX_NUMBER,
    revocations: null,
    invite: makeInviteToken(),
    card,
  }
}

/** Secret bytes, for the vault. */
export function encodeShop(shop: ShopKeys): Uint8Array {
  const writer = new ByteWriter()
    .uint(VERSION, 1)
    .raw(shop.rootSeed)
    .raw(shop.deviceSeed)
    .raw(shop.inboxSeed)
    .raw(shop.staffSecret)
    .bytes(encodeCertificate(shop.certificate), 2)
    .bytes(encodeInboxCertificate(shop.inboxCertificate), 2)
    .raw(shop.invite.id)
    .bytes(shop.invite.secret, 1)
    .bytes(encodeCard(shop.card), 2)
  writeOptional(writer, shop.revocations, (_, list) => writer.bytes(list, 2))
  return writer.finish()
}

/** The shop that was stored, or `null`; also when its certificates are not for its keys. */
export function decodeShop(bytes: Uint8Array): ShopKeys | null {
  const reader = new ByteReader(bytes)
  reader.version(VERSION)
  const rootSeed = parseSeed(reader.raw(SEED_BYTES))
  const deviceSeed = parseSeed(reader.raw(SEED_BYTES))
  const inboxSeed = parseSeed(reader.raw(SEED_BYTES))
  const staffSecret = parseStaffSecret(reader.raw(STAFF_SECRET_BYTES))
  const certificate = parseCertificate(reader.bytes(2, MAX_CERTIFICATE_BYTES))
  const inboxCertificate = parseInboxCertificate(reader.bytes(2, MAX_CERTIFICATE_BYTES))
  const id = parseInviteId(reader.raw(INVITE_ID_BYTES))
  const secret = parseInviteSecret(reader.bytes(1, MAX_INVITE_SECRET_BYTES))
  const card = decodeCard(reader.bytes(2, MAX_CARD_BYTES))
  const revocations = readOptional(reader, () => reader.bytes(2, MAX_REVOCATIONS_BYTES))
  if (!reader.end() || rootSeed === null || deviceSeed === null || inboxSeed === null) return null
  if (staffSecret === null || certificate === null || inboxCertificate === null) return null
  if (id === null || secret === null || card === null || revocations?.length === 0) return null
  const seeds = { rootSeed, deviceSeed, inboxSeed }
  const identities = grow(seeds)
  if (!isFor(certificate, identities.root, identities.device)) return null
  if (!isFor(inboxCertificate, identities.root, identities.inbox)) return null
  return {
    ...seeds,
    ...identities,
    staffSecret,
    certificate,
    inboxCertificate,
    inboxNumber: inboxCertificate.number,
    revocations,
    invite: { id, secret },
    card,
  }
}

/** The shop with a fresh device certificate when less than ten days of the old one are left, or when it is not valid yet (the clock was set back); else the very same object. */
export function renewCertificate(shop: ShopKeys, nowMs: number): ShopKeys {
  const { notBeforeMs, notAfterMs } = shop.certificate
  if (nowMs >= notBeforeMs && notAfterMs - nowMs >= RENEW_BEFORE_MS) return shop
  return { ...shop, certificate: certify(shop.root, shop.device, nowMs) }
}

/**
 * The shop after it revoked one of its devices: `revocations` is the new signed list, which names it,
 * as it travels. The shop moves to a fresh inbox, which the device cannot open; every link that was
 * given out leads to the old one, so invites are shown and sent anew. A device cannot revoke itself:
 * nobody would be left to say so. Throws `bad-length` for a list of no length, or over 9,000 bytes.
 */
export function revokeDevice(
  shop: ShopKeys,
  device: SigningPublicKey,
  revocations: Uint8Array,
): ShopKeys | 'own-device' {
  if (equalBytes(device, shop.device.signing.publicKey)) return 'own-device'
  if (revocations.length === 0 || revocations.length > MAX_REVOCATIONS_BYTES) {
    throw new CryptoError('bad-length', 'revocation list')
  }
  const inboxSeed = makeSeed()
  const inbox = identityFromSeed(inboxSeed)
  const inboxNumber = shop.inboxNumber + 1
  const inboxCertificate = certifyInbox(shop.root, inbox, inboxNumber)
  return { ...shop, inboxSeed, inbox, inboxCertificate, inboxNumber, revocations }
}

/** The invite that a shop shows to everyone; the same link each time. */
export function publicInvite(shop: ShopKeys): ShopInvite {
  return {
    kind: 'shop',
    root: shop.root.signing.publicKey,
    inbox: shop.inboxCertificate,
    token: shop.invite,
    card: shop.card,
    signedCard: signCard(shop.card, shop.root.signing),
  }
}

/** The first device is the owner's; it has no name of its own. */
function certify(root: Identity, device: Identity, nowMs: number): Certificate {
  return issueCertificate({
    root: root.signing,
    device: { signing: device.signing.publicKey, box: device.box.publicKey },
    role: 'owner',
    name: '',
    notBeforeMs: nowMs,
    notAfterMs: nowMs + MAX_CERTIFICATE_LIFETIME_MS,
  })
}

function certifyInbox(root: Identity, inbox: Identity, number: number): InboxCertificate {
  return issueInboxCertificate({
    root: root.signing,
    inbox: { signing: inbox.signing.publicKey, box: inbox.box.publicKey },
    number,
  })
}

function isFor(
  certificate: Certificate | InboxCertificate,
  root: Identity,
  owner: Identity,
): boolean {
  return (
    equalBytes(certificate.root, root.signing.publicKey) &&
    equalBytes(certificate.signing, owner.signing.publicKey) &&
    equalBytes(certificate.box, owner.box.publicKey)
  )
}

function grow({
  rootSeed,
  deviceSeed,
  inboxSeed,
}: Pick<ShopKeys, 'rootSeed' | 'deviceSeed' | 'inboxSeed'>): {
  root: Identity
  device: Identity
  inbox: Identity
} {
  return {
    root: identityFromSeed(rootSeed),
    device: identityFromSeed(deviceSeed),
    inbox: identityFromSeed(inboxSeed),
  }
}
