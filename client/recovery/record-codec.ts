import {
  ByteReader,
  ByteWriter,
  CONVERSATION_SECRET_BYTES,
  CryptoError,
  encodeCertificate,
  INVITE_ID_BYTES,
  KEY_BYTES,
  MAX_CERTIFICATE_BYTES,
  parseBoxPublicKey,
  parseCertificate,
  parseConversationSecret,
  parseInviteId,
  parseSigningPublicKey,
} from '@hamsa/crypto'
import { LOG_ID_BYTES, parseLogId } from '../conversation/ids.ts'
import { decodeShop, encodeShop } from '../identity/shop-identity.ts'
import { decodeShopper, encodeShopper } from '../identity/shopper-identity.ts'
import { readEntry, writeEntry } from './entry-codec.ts'
import { isBackedUp, MAX_VAULT_NAME_BYTES } from './vault-names.ts'
import type {
  CertificatesRecord,
  ConversationRecord,
  EndRecord,
  EntriesRecord,
  RecoveryRecord,
  ShopperRecord,
  ShopRecord,
  VaultRecord,
} from './recovery-record.ts'

/* version 1 ‖ type 1 ‖ what the type holds; see RECOVERY.md */

const RECORD_VERSION = 1
const TYPES = [
  'shop',
  'shopper',
  'conversation',
  'certificates',
  'vault',
  'entries',
  'end',
] as const
const LOG_KINDS = ['conversation', 'room', 'staff'] as const
/** Longest record, all of it. */
export const MAX_RECORD_BYTES = 512 * 1024
export const MAX_ENTRIES_A_RECORD = 256
export const MAX_CERTIFICATES_A_RECORD = 512
const SHOPPER_BYTES = 65
/** As long as a link may be. */
const MAX_INVITE_BYTES = 8192

/** The one byte form of a record. Throws `bad-length` or `bad-number` for one that `parseRecord` would not take. */
export function encodeRecord(record: RecoveryRecord): Uint8Array {
  const writer = new ByteWriter().uint(RECORD_VERSION, 1).uint(TYPES.indexOf(record.type) + 1, 1)
  writeDetail(writer, record)
  const bytes = writer.finish()
  if (parseRecord(bytes) === null) throw new CryptoError('bad-length', `record: ${record.type}`)
  return bytes
}

/** The record in foreign bytes, or `null`; what belongs together, `restorePlan` finds out. */
export function parseRecord(bytes: Uint8Array): RecoveryRecord | null {
  if (bytes.length > MAX_RECORD_BYTES) return null
  const reader = new ByteReader(bytes)
  reader.version(RECORD_VERSION)
  const type = TYPES[reader.uint(1) - 1]
  const record = type === undefined ? null : readDetail(type, reader)
  return reader.end() ? record : null
}

/** Whether bytes that are no record to us may be one to a later Hamsa: of a version or type that this one does not know. */
export function isLaterRecord(bytes: Uint8Array): boolean {
  const [version = 0, type = 0] = bytes
  return version > RECORD_VERSION || (version === RECORD_VERSION && type > TYPES.length)
}

function writeDetail(writer: ByteWriter, record: RecoveryRecord): void {
  switch (record.type) {
    case 'shop':
      writer.raw(encodeShop(record.keys))
      return
    case 'shopper':
      writer.raw(record.root).raw(encodeShopper(record.keys)).text(record.invite, 2)
      return
    case 'conversation':
      writer
        .raw(record.shopper)
        .raw(record.shopperBox)
        .raw(record.secret)
        .raw(record.inviteId)
        .uint(record.createdMs, 6)
        .uint(record.read, 4)
      return
    case 'certificates':
      writer.uint(record.certificates.length, 2)
      for (const certificate of record.certificates) {
        writer.bytes(encodeCertificate(certificate), 2)
      }
      return
    case 'vault':
      writer.text(record.name, 1).bytes(record.bytes, 4)
      return
    case 'entries':
      writer.uint(LOG_KINDS.indexOf(record.log.kind) + 1, 1).raw(record.log.id)
      writer.uint(record.entries.length, 2)
      for (const entry of record.entries) writeEntry(writer, record.log.id, entry)
      return
    case 'end': {
      const { conversations, certificates, vault, entries } = record.counts
      writer.uint(conversations, 4).uint(certificates, 4).uint(vault, 4).uint(entries, 6)
    }
  }
}

function readDetail(type: RecoveryRecord['type'], reader: ByteReader): RecoveryRecord | null {
  switch (type) {
    case 'shop':
      return readShop(reader)
    case 'shopper':
      return readShopper(reader)
    case 'conversation':
      return readConversation(reader)
    case 'certificates':
      return readCertificates(reader)
    case 'vault':
      return readVault(reader)
    case 'entries':
      return readEntries(reader)
    case 'end':
      return readEnd(reader)
  }
}

function readShop(reader: ByteReader): ShopRecord | null {
  const keys = decodeShop(reader.rest())
  return keys === null ? null : { type: 'shop', keys }
}

function readShopper(reader: ByteReader): ShopperRecord | null {
  const root = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const keys = decodeShopper(reader.raw(SHOPPER_BYTES))
  const invite = reader.text(2, MAX_INVITE_BYTES)
  return root === null || keys === null ? null : { type: 'shopper', root, keys, invite }
}

function readConversation(reader: ByteReader): ConversationRecord | null {
  const shopper = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const shopperBox = parseBoxPublicKey(reader.raw(KEY_BYTES))
  const secret = parseConversationSecret(reader.raw(CONVERSATION_SECRET_BYTES))
  const inviteId = parseInviteId(reader.raw(INVITE_ID_BYTES))
  const createdMs = reader.uint(6)
  const read = reader.uint(4)
  if (shopper === null || shopperBox === null || secret === null || inviteId === null) return null
  return { type: 'conversation', shopper, shopperBox, secret, inviteId, createdMs, read }
}

function readCertificates(reader: ByteReader): CertificatesRecord | null {
  const count = reader.uint(2)
  if (count === 0 || count > MAX_CERTIFICATES_A_RECORD) return null
  const certificates = []
  for (let left = count; left > 0; left--) {
    const certificate = parseCertificate(reader.bytes(2, MAX_CERTIFICATE_BYTES))
    if (certificate === null) return null
    certificates.push(certificate)
  }
  return { type: 'certificates', certificates }
}

function readVault(reader: ByteReader): VaultRecord | null {
  const name = reader.text(1, MAX_VAULT_NAME_BYTES)
  const bytes = reader.bytes(4, MAX_RECORD_BYTES)
  return isBackedUp(name) ? { type: 'vault', name, bytes } : null
}

function readEntries(reader: ByteReader): EntriesRecord | null {
  const kind = LOG_KINDS[reader.uint(1) - 1]
  const id = parseLogId(reader.raw(LOG_ID_BYTES))
  const count = reader.uint(2)
  if (kind === undefined || id === null) return null
  if (count === 0 || count > MAX_ENTRIES_A_RECORD) return null
  const entries = []
  for (let left = count; left > 0; left--) {
    const entry = readEntry(reader, id)
    if (entry === null) return null
    entries.push(entry)
  }
  return { type: 'entries', log: { kind, id }, entries }
}

function readEnd(reader: ByteReader): EndRecord {
  const conversations = reader.uint(4)
  const certificates = reader.uint(4)
  const vault = reader.uint(4)
  return { type: 'end', counts: { conversations, certificates, vault, entries: reader.uint(6) } }
}
