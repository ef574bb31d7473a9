import {
  ByteReader,
  ByteWriter,
  concatBytes,
  encodeInboxCertificate,
  equalBytes,
  fromBase64Url,
  hash,
  INBOX_CERTIFICATE_VERSION,
  INVITE_ID_BYTES,
  KEY_BYTES,
  MAX_INVITE_SECRET_BYTES,
  parseInboxCertificate,
  parseInviteId,
  parseInviteSecret,
  parseSignature,
  SIGNATURE_BYTES,
  toBase64Url,
  verifyInboxCertificate,
  type InboxCertificate,
  type InviteToken,
} from '@hamsa/crypto'
import { LOG_ID_BYTES, parseLogId } from '../conversation/ids.ts'
import type { LogId } from '../conversation/log.ts'
import { MAX_CARD_BYTES } from './card.ts'
import type { Invite } from './invite-kinds.ts'
import { openCard } from './signed-card.ts'

/*
 * kind 1 ‖ root 32 ‖ inbox number 4 ‖ inbox signing 32 ‖ inbox box 32 ‖ inbox certificate's signature 64
 * ‖ invite id 16 ‖ invite secret (length 1) 16–32 ‖ card (length 2) ‖ card's signature 64
 * ‖ what the kind adds: shop: nothing · personal: expiry, ms 6 · room: log id 32 ‖ uses 2 ‖ expiry, ms 6
 * ‖ checksum 4
 *
 * The version stands before the dot of the link. Root signs inbox and card, once for all invites;
 * id, secret and tail are the shop's own to judge, so a checksum is all they need here: it tells a
 * link that was changed or cut on the way from one the shop does not know.
 */

const CHECKSUM_BYTES = 4
const KINDS = ['shop', 'personal', 'room'] as const
type Kind = (typeof KINDS)[number]

/** base64url of the invite. */
export function encodeInvite(invite: Invite): string {
  const { inbox, token, signedCard } = invite
  const writer = new ByteWriter()
    .uint(KINDS.indexOf(invite.kind) + 1, 1)
    .raw(encodeInboxCertificate(inbox).subarray(1)) // its version byte is implied by the link's
    .raw(token.id)
    .bytes(token.secret, 1)
    .bytes(signedCard.bytes, 2)
    .raw(signedCard.signature)
  if (invite.kind === 'personal') writer.uint(invite.expiresAtMs, 6)
  if (invite.kind === 'room') {
    writer.raw(invite.room).uint(invite.maxUses, 2).uint(invite.expiresAtMs, 6)
  }
  const payload = writer.finish()
  return toBase64Url(concatBytes(payload, checksumOf(payload)))
}

/** The invite in foreign base64url, its signatures verified, or what is wrong with it. */
export async function decodeInvite(text: string): Promise<Invite | 'malformed' | 'unknown-kind'> {
  const bytes = fromBase64Url(text)
  if (bytes === null || bytes.length <= CHECKSUM_BYTES) return 'malformed'
  const payload = bytes.subarray(0, -CHECKSUM_BYTES)
  if (!equalBytes(checksumOf(payload), bytes.subarray(-CHECKSUM_BYTES))) return 'malformed'

  const reader = new ByteReader(payload)
  const kind = KINDS[reader.uint(1) - 1]
  if (kind === undefined) return 'unknown-kind'
  const inbox = readInbox(reader)
  const token = readToken(reader)
  const cardBytes = reader.bytes(2, MAX_CARD_BYTES)
  const cardSignature = parseSignature(reader.raw(SIGNATURE_BYTES))
  const terms = readTerms(kind, reader)
  if (!reader.end() || inbox === null || token === null) return 'malformed'
  if (cardSignature === null || terms === null) return 'malformed'

  const { root } = inbox
  const signedCard = await openCard(cardBytes, cardSignature, root)
  if (signedCard === null || !(await verifyInboxCertificate(inbox, root))) return 'malformed'
  return { root, inbox, token, card: signedCard.card, signedCard, ...terms }
}

const INBOX_BYTES = KEY_BYTES + 4 + 2 * KEY_BYTES + SIGNATURE_BYTES

function readInbox(reader: ByteReader): InboxCertificate | null {
  const bytes = reader.raw(INBOX_BYTES)
  return parseInboxCertificate(concatBytes(Uint8Array.of(INBOX_CERTIFICATE_VERSION), bytes))
}

function readToken(reader: ByteReader): InviteToken | null {
  const id = parseInviteId(reader.raw(INVITE_ID_BYTES))
  const secret = parseInviteSecret(reader.bytes(1, MAX_INVITE_SECRET_BYTES))
  return id === null || secret === null ? null : { id, secret }
}

/** What one kind has and the others have not. */
type Terms =
  | { readonly kind: 'shop' }
  | { readonly kind: 'personal'; readonly expiresAtMs: number }
  | {
      readonly kind: 'room'
      readonly room: LogId
      readonly maxUses: number
      readonly expiresAtMs: number
    }

function readTerms(kind: Kind, reader: ByteReader): Terms | null {
  switch (kind) {
    case 'shop':
      return { kind }
    case 'personal':
      return { kind, expiresAtMs: reader.uint(6) }
    case 'room': {
      const room = parseLogId(reader.raw(LOG_ID_BYTES))
      const maxUses = reader.uint(2)
      const expiresAtMs = reader.uint(6)
      return room === null || maxUses === 0 ? null : { kind, room, maxUses, expiresAtMs }
    }
  }
}

function checksumOf(payload: Uint8Array): Uint8Array {
  return hash('hamsa/invite/1', payload).slice(0, CHECKSUM_BYTES)
}
