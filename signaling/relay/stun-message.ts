import { createHmac, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { ATTRIBUTE } from './stun-attribute.ts'
import type { StunAttribute } from './stun-attribute.ts'

/*
 * STUN messages (RFC 8489 §5, §14.5–14.7): 20 bytes of header, then attributes padded to 4 bytes.
 * Bytes in, a rebuilt value or `null` out.
 */

export type StunClass = 'request' | 'indication' | 'success' | 'error'
export type IntegrityAlgorithm = 'sha1' | 'sha256'

/** The HMAC a message came with, and the bytes under it. Nothing is proved before `verifyIntegrity`. */
export type Integrity = {
  readonly algorithm: IntegrityAlgorithm
  readonly mac: Uint8Array
  readonly covered: Uint8Array
}

export type StunMessage = {
  readonly class: StunClass
  readonly method: number
  /** 12 bytes the client drew at random; an answer repeats them. */
  readonly transaction: Uint8Array
  /** What stands before the integrity attribute: nothing after it is believed (RFC 8489 §14.5). */
  readonly attributes: readonly StunAttribute[]
  readonly integrity: Integrity | null
  readonly hasFingerprint: boolean
}

/** What `encodeStun` needs: the message without what it computes by itself. */
export type StunDraft = Pick<StunMessage, 'class' | 'method' | 'transaction' | 'attributes'> & {
  readonly sign?: { readonly key: Uint8Array; readonly algorithm: IntegrityAlgorithm } | null
  readonly fingerprint?: boolean
}

/** Methods (RFC 8489 §18.2, RFC 8656 §17). */
export const METHOD = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const

export const MAGIC_COOKIE = 0x2112a442
export const HEADER_BYTES = 20
export const TRANSACTION_BYTES = 12
const TRANSACTION_OFFSET = 8
const ATTRIBUTE_HEADER_BYTES = 4
const FINGERPRINT_BYTES = 4
const FINGERPRINT_MASK = 0x5354554e
/** More than any honest message has; bounds what a packet of empty attributes can make us build. */
const MAX_ATTRIBUTES = 128
const MAC_BYTES = { sha1: 20, sha256: 32 } as const
const CLASS_BITS = { request: 0x000, indication: 0x010, success: 0x100, error: 0x110 } as const

/** Reads one whole message, or `null`: wrong length, no magic cookie, torn attribute, false fingerprint. */
export function parseStun(bytes: Uint8Array): StunMessage | null {
  if (bytes.length < HEADER_BYTES) return null
  const view = viewOf(bytes)
  const type = view.getUint16(0)
  if (type >= 0x4000 || view.getUint16(2) !== bytes.length - HEADER_BYTES) return null
  if (bytes.length % 4 !== 0 || view.getUint32(4) !== MAGIC_COOKIE) return null

  const attributes: StunAttribute[] = []
  let integrity: Integrity | null = null
  let hasFingerprint = false
  let offset = HEADER_BYTES
  for (let count = 0; offset < bytes.length; count++) {
    if (count === MAX_ATTRIBUTES || hasFingerprint) return null // nothing may follow FINGERPRINT
    const start = offset + ATTRIBUTE_HEADER_BYTES
    const attributeType = view.getUint16(offset)
    const length = view.getUint16(offset + 2)
    if (start + length > bytes.length) return null
    const value = bytes.subarray(start, start + length)
    const algorithm = integrityAlgorithm(attributeType)
    if (attributeType === ATTRIBUTE.fingerprint) {
      if (!isFingerprintOf(bytes.subarray(0, offset), value)) return null
      hasFingerprint = true
    } else if (algorithm !== null) {
      if (length !== MAC_BYTES[algorithm]) return null
      // SHA-256 after SHA-1 replaces it (RFC 8489 §14.6); anything else after an integrity is noise.
      if (integrity === null || (integrity.algorithm === 'sha1' && algorithm === 'sha256')) {
        integrity = { algorithm, mac: value, covered: bytes.subarray(0, offset) }
      }
    } else if (integrity === null) {
      attributes.push({ type: attributeType, value })
    }
    offset = start + padded(length)
  }
  return {
    class: classOf(type),
    method: methodOf(type),
    transaction: bytes.subarray(TRANSACTION_OFFSET, HEADER_BYTES),
    attributes,
    integrity,
    hasFingerprint,
  }
}

/** Builds a message, with its HMAC under `sign.key` and its fingerprint when asked for. */
export function encodeStun(draft: StunDraft): Uint8Array {
  const { sign, fingerprint = false } = draft
  const plainBytes = draft.attributes.reduce(
    (total, { value }) => total + ATTRIBUTE_HEADER_BYTES + padded(value.length),
    HEADER_BYTES,
  )
  const macBytes = sign ? ATTRIBUTE_HEADER_BYTES + MAC_BYTES[sign.algorithm] : 0
  const fingerprintBytes = fingerprint ? ATTRIBUTE_HEADER_BYTES + FINGERPRINT_BYTES : 0
  const bytes = new Uint8Array(plainBytes + macBytes + fingerprintBytes)
  const view = viewOf(bytes)
  view.setUint16(0, typeOf(draft.class, draft.method))
  view.setUint16(2, bytes.length - HEADER_BYTES)
  view.setUint32(4, MAGIC_COOKIE)
  bytes.set(draft.transaction, TRANSACTION_OFFSET)

  let offset = HEADER_BYTES
  const write = (type: number, value: Uint8Array): void => {
    view.setUint16(offset, type)
    view.setUint16(offset + 2, value.length)
    bytes.set(value, offset + ATTRIBUTE_HEADER_BYTES)
    offset += ATTRIBUTE_HEADER_BYTES + padded(value.length)
  }
  for (const { type, value } of draft.attributes) write(type, value)
  if (sign) {
    const mac = messageMac(bytes.subarray(0, offset), sign.key, sign.algorithm)
    write(sign.algorithm === 'sha1' ? ATTRIBUTE.integrity : ATTRIBUTE.integritySha256, mac)
  }
  if (fingerprint) write(ATTRIBUTE.fingerprint, fingerprintOf(bytes.subarray(0, offset)))
  return bytes
}

/** True when the message is unchanged since a holder of `key` signed it. Constant time in the HMAC. */
export function verifyIntegrity(integrity: Integrity, key: Uint8Array): boolean {
  return timingSafeEqual(integrity.mac, messageMac(integrity.covered, key, integrity.algorithm))
}

/** The length field inside the HMAC is the message's as if it ended with this attribute (§14.5). */
function messageMac(
  covered: Uint8Array,
  key: Uint8Array,
  algorithm: IntegrityAlgorithm,
): Uint8Array {
  return createHmac(algorithm, key)
    .update(covered.subarray(0, 2))
    .update(lengthField(covered, MAC_BYTES[algorithm]))
    .update(covered.subarray(4))
    .digest()
}

function isFingerprintOf(covered: Uint8Array, value: Uint8Array): boolean {
  return (
    value.length === FINGERPRINT_BYTES &&
    viewOf(value).getUint32(0) === viewOf(fingerprintOf(covered)).getUint32(0)
  )
}

function fingerprintOf(covered: Uint8Array): Uint8Array {
  const crc = [
    covered.subarray(0, 2),
    lengthField(covered, FINGERPRINT_BYTES),
    covered.subarray(4),
  ].reduce((sum, part) => crc32(part, sum), 0)
  const value = new Uint8Array(FINGERPRINT_BYTES)
  viewOf(value).setUint32(0, crc ^ FINGERPRINT_MASK)
  return value
}

function lengthField(covered: Uint8Array, valueBytes: number): Uint8Array {
  const field = new Uint8Array(2)
  const length = covered.length - HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + valueBytes
  viewOf(field).setUint16(0, length)
  return field
}

function integrityAlgorithm(type: number): IntegrityAlgorithm | null {
  if (type === ATTRIBUTE.integrity) return 'sha1'
  return type === ATTRIBUTE.integritySha256 ? 'sha256' : null
}

/** The two class bits stand between the method's bits: MMMMM C MMM C MMMM (RFC 8489 §5, figure 3). */
function typeOf(stunClass: StunClass, method: number): number {
  const high = (method & 0xf80) << 2
  const middle = (method & 0x070) << 1
  return high | middle | (method & 0x00f) | CLASS_BITS[stunClass]
}

function methodOf(type: number): number {
  return ((type & 0x3e00) >>> 2) | ((type & 0x00e0) >>> 1) | (type & 0x000f)
}

function classOf(type: number): StunClass {
  if ((type & 0x100) === 0) return (type & 0x010) === 0 ? 'request' : 'indication'
  return (type & 0x010) === 0 ? 'success' : 'error'
}

function padded(length: number): number {
  return (length + 3) & ~3
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
