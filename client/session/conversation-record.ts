import {
  ByteReader,
  ByteWriter,
  KEY_BYTES,
  parseBoxPublicKey,
  parseConversationSecret,
  parseInviteId,
  parseSigningPublicKey,
  toBase64Url,
  type BoxPublicKey,
  type ConversationSecret,
  type InviteId,
  type SigningPublicKey,
} from '@hamsa/crypto'
import type { LogId } from '../conversation/log.ts'
import type { Vault } from '../storage/ports.ts'

const RECORD_VERSION = 1
const PREFIX = 'conversation/'
const INVITE_ID_BYTES = 16

/** What the desk keeps of one shopper beside the log. */
export type ConversationRecord = {
  readonly shopper: SigningPublicKey
  readonly shopperBox: BoxPublicKey
  readonly secret: ConversationSecret
  readonly inviteId: InviteId
  readonly createdMs: number
  /** How many of the shopper's messages the merchant has looked at. */
  readonly read: number
}

/** Name of a conversation on the desk: the shopper's key as text. */
export function conversationName(shopper: SigningPublicKey): string {
  return toBase64Url(shopper)
}

export async function saveConversation(vault: Vault, record: ConversationRecord): Promise<void> {
  await vault.write(PREFIX + conversationName(record.shopper), encodeConversation(record))
}

/** Removes what the vault holds of a conversation. */
export async function eraseConversation(
  vault: Vault,
  shopper: SigningPublicKey,
  log: LogId,
): Promise<void> {
  const name = toBase64Url(log)
  await vault.remove(PREFIX + conversationName(shopper)) // what is left without it is found by nobody
  for (const kind of ['epochs', 'writer', 'receipts', 'seen']) await vault.remove(`${kind}/${name}`)
}

/** Every stored conversation; a damaged record is left where it is and not listed. */
export async function loadConversations(vault: Vault): Promise<ConversationRecord[]> {
  const records: ConversationRecord[] = []
  for (const name of await vault.names(PREFIX)) {
    const bytes = await vault.read(name)
    const record = bytes === null ? null : decodeConversation(bytes)
    if (record !== null) records.push(record)
  }
  return records
}

/** version 1 ‖ shopper 32 ‖ shopper's box 32 ‖ secret 32 ‖ invite id 16 ‖ created u48 ‖ read u32. */
export function encodeConversation(record: ConversationRecord): Uint8Array {
  return new ByteWriter()
    .uint(RECORD_VERSION, 1)
    .raw(record.shopper)
    .raw(record.shopperBox)
    .raw(record.secret)
    .raw(record.inviteId)
    .uint(record.createdMs, 6)
    .uint(record.read, 4)
    .finish()
}

export function decodeConversation(bytes: Uint8Array): ConversationRecord | null {
  const reader = new ByteReader(bytes)
  if (reader.uint(1) !== RECORD_VERSION) return null
  const shopper = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const shopperBox = parseBoxPublicKey(reader.raw(KEY_BYTES))
  const secret = parseConversationSecret(reader.raw(KEY_BYTES))
  const inviteId = parseInviteId(reader.raw(INVITE_ID_BYTES))
  const createdMs = reader.uint(6)
  const read = reader.uint(4)
  if (!reader.end() || inviteId === null) return null
  if (shopper === null || shopperBox === null || secret === null) return null
  return { shopper, shopperBox, secret, inviteId, createdMs, read }
}
