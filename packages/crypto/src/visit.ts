import { toBase64Url, type Brand } from './bytes.ts'
import { assertLength } from './crypto-error.ts'
import { deriveKey, HASH_BYTES } from './hash.ts'
import { randomBytes } from './random.ts'

export const CONVERSATION_SECRET_BYTES = 32
export const VISIT_NONCE_BYTES = 16

/** 32 bytes that one shopper and one shop share for good; made once by the shopper, never sent unsealed. */
export type ConversationSecret = Brand<Uint8Array, 'ConversationSecret'>
/** 16 bytes, fresh each time the shopper comes online. */
export type VisitNonce = Brand<Uint8Array, 'VisitNonce'>

/** What both ends of one visit derive. Two visits have nothing in common that the service could join. */
export type VisitKeys = {
  /** Room on the signalling service: 43 base64url characters. */
  readonly topic: string
  /** Seals signalling: 43 base64url characters, 256 bits. */
  readonly roomKey: string
  /** Seals the shop's answers to the knock: 32 bytes. */
  readonly answerKey: Uint8Array
}

export function makeConversationSecret(): ConversationSecret {
  return randomBytes(CONVERSATION_SECRET_BYTES) as Uint8Array as ConversationSecret
}

/** A received or stored conversation secret, or `null` when it has not 32 bytes. */
export function parseConversationSecret(bytes: Uint8Array): ConversationSecret | null {
  return bytes.length === CONVERSATION_SECRET_BYTES ? (bytes as ConversationSecret) : null
}

export function makeVisitNonce(): VisitNonce {
  return randomBytes(VISIT_NONCE_BYTES) as Uint8Array as VisitNonce
}

/** A received visit nonce, or `null` when it has not 16 bytes. */
export function parseVisitNonce(bytes: Uint8Array): VisitNonce | null {
  return bytes.length === VISIT_NONCE_BYTES ? (bytes as VisitNonce) : null
}

/** Topic, room key and answer key of one visit: HKDF-SHA-512(secret, salt = nonce), 96 bytes in that order. */
export function visitKeys(secret: ConversationSecret, nonce: VisitNonce): VisitKeys {
  assertLength(secret, CONVERSATION_SECRET_BYTES, 'conversation secret')
  assertLength(nonce, VISIT_NONCE_BYTES, 'visit nonce')
  const keys = deriveKey(secret, nonce, 'hamsa/visit/1', 3 * HASH_BYTES)
  return {
    topic: toBase64Url(keys.subarray(0, HASH_BYTES)),
    roomKey: toBase64Url(keys.subarray(HASH_BYTES, 2 * HASH_BYTES)),
    answerKey: keys.slice(2 * HASH_BYTES),
  }
}

/** The key of a conversation's epoch 0, 32 bytes; later epochs bring fresh keys of their own. `logId` has 32 bytes. */
export function firstEpochKey(secret: ConversationSecret, logId: Uint8Array): Uint8Array {
  assertLength(secret, CONVERSATION_SECRET_BYTES, 'conversation secret')
  assertLength(logId, HASH_BYTES, 'log id')
  return deriveKey(secret, logId, 'hamsa/epoch/0/1', HASH_BYTES)
}
