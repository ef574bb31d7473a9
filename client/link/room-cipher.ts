/*
 * y-webrtc's signalling messages as bytes, exactly as its own crypto.js seals them: lib0 "any",
 * AES-GCM under the room's key, base64. It keeps that file to itself, and opens with rejections.
 */
import * as buffer from 'lib0/buffer'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { randomBytes } from '@hamsa/crypto'

const ALGORITHM = 'AES-GCM'
const IV_BYTES = 12
const MAX_SEALED_CHARS = 64 * 1024
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** What is said to the room, of values that lib0 encodes. */
export type RoomValue = Readonly<Record<string, encoding.AnyEncodable>>

export async function sealRoomMessage(message: RoomValue, key: CryptoKey): Promise<string> {
  const plain = encoding.createEncoder()
  encoding.writeAny(plain, message)
  const iv = randomBytes(IV_BYTES)
  const bytes = Uint8Array.from(encoding.toUint8Array(plain))
  const sealed = await crypto.subtle.encrypt({ name: ALGORITHM, iv }, key, bytes)
  const encoder = encoding.createEncoder()
  encoding.writeVarString(encoder, ALGORITHM)
  encoding.writeVarUint8Array(encoder, iv)
  encoding.writeVarUint8Array(encoder, new Uint8Array(sealed))
  return buffer.toBase64(encoding.toUint8Array(encoder))
}

/** What a member of the room said; `null` when it was not one, or the bytes are malformed. Never rejects. */
export async function openRoomMessage(data: unknown, key: CryptoKey): Promise<unknown> {
  if (typeof data !== 'string' || data.length > MAX_SEALED_CHARS || !BASE64.test(data)) return null
  try {
    const decoder = decoding.createDecoder(buffer.fromBase64(data))
    if (decoding.readVarString(decoder) !== ALGORITHM) return null
    const iv = Uint8Array.from(decoding.readVarUint8Array(decoder))
    const sealed = Uint8Array.from(decoding.readVarUint8Array(decoder))
    if (iv.length !== IV_BYTES || decoding.hasContent(decoder)) return null
    const plain = await crypto.subtle.decrypt({ name: ALGORITHM, iv }, key, sealed)
    const value: unknown = decoding.readAny(decoding.createDecoder(new Uint8Array(plain)))
    return value
  } catch {
    return null // another key, cut short, or nested too deep: the sender's fault
  }
}
