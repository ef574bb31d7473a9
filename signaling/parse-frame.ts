/*
 * From a text that anyone may have sent to a frame or `null`. Frames are built anew: nothing of
 * the sender's object travels on except `data`, which is opaque. Pure: the client imports this too.
 */
import {
  MAX_FRAME_BYTES,
  MAX_TOPIC_CHARS,
  MAX_TOPICS_PER_FRAME,
  type ClientFrame,
  type Prove,
  type ServerFrame,
} from './protocol.ts'

/** base64url characters of an Ed25519 key, a nonce and a signature. */
const KEY_CHARS = 43
const NONCE_CHARS = 43
const SIGNATURE_CHARS = 86
/** Of an encoded inbox certificate, and of a claim's token. */
const CERTIFICATE_CHARS = 220
const CLAIM_CHARS = 43

/** What a client sent, or `null` when the service must not act on it. */
export function parseClientFrame(text: string): ClientFrame | null {
  const frame = parseObject(text)
  if (frame === null) return null
  switch (frame.type) {
    case 'subscribe':
    case 'unsubscribe': {
      const topics = parseTopics(frame.topics)
      return topics === null ? null : { type: frame.type, topics }
    }
    case 'publish':
      return parsePublish(frame)
    case 'ping':
      return { type: 'ping' }
    case 'challenge':
      return { type: 'challenge' }
    case 'prove':
      return parseProve(frame)
    default:
      return null
  }
}

/** What the service sent, or `null` for what this client does not know. */
export function parseServerFrame(text: string): ServerFrame | null {
  const frame = parseObject(text)
  if (frame === null) return null
  switch (frame.type) {
    case 'publish':
      return parsePublish(frame)
    case 'pong':
      return { type: 'pong' }
    case 'challenge': {
      const { nonce } = frame
      return isBase64Url(nonce, NONCE_CHARS) ? { type: 'challenge', nonce } : null
    }
    case 'proved':
    case 'unknown-shop':
      return isTopic(frame.topic) ? { type: frame.type, topic: frame.topic } : null
    default:
      return null
  }
}

function parsePublish(
  frame: Readonly<Record<string, unknown>>,
): (ServerFrame & ClientFrame) | null {
  if (!isTopic(frame.topic) || !Object.hasOwn(frame, 'data')) return null
  return { type: 'publish', topic: frame.topic, data: frame.data }
}

function parseProve(frame: Readonly<Record<string, unknown>>): Prove | null {
  const { topic, key, signature, certificate = null, claim = null } = frame
  if (!isTopic(topic)) return null
  if (!isBase64Url(key, KEY_CHARS) || !isBase64Url(signature, SIGNATURE_CHARS)) return null
  if (certificate !== null && !isBase64Url(certificate, CERTIFICATE_CHARS)) return null
  if (claim !== null && !isBase64Url(claim, CLAIM_CHARS)) return null
  return { type: 'prove', topic, key, signature, certificate, claim }
}

function parseTopics(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || value.length > MAX_TOPICS_PER_FRAME) return null
  const topics = value.filter(isTopic)
  return topics.length === value.length ? topics : null
}

function isTopic(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TOPIC_CHARS
}

function isBase64Url(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length === length && /^[A-Za-z0-9_-]*$/.test(value)
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  if (text.length > MAX_FRAME_BYTES) return null
  const value = parseJson(text)
  return isRecord(value) ? value : null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // not JSON, or nested too deep: the sender's fault either way
  }
}
