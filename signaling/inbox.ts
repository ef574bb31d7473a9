/* Who may join an inbox topic: the holders of its key. Pure: the client imports this file too. */
import { concatBytes, hash, type Label, toBase64Url, toUtf8 } from '@hamsa/crypto'

/** The label of the signature in a `prove` frame. */
export const PROVE_LABEL: Label = 'hamsa/prove/1'
export const NONCE_BYTES = 32

const INBOX_TOPIC = /^i[A-Za-z0-9_-]{43}$/

/** The topic at which a shop is knocked for: `i` ‖ base64url(H(inbox signing key)), 44 characters. */
export function inboxTopic(key: Uint8Array): string {
  return `i${toBase64Url(hash('hamsa/inbox/1', key))}`
}

/** Whether a topic is of the kind that only `prove` joins. */
export function isInboxTopic(topic: string): boolean {
  return INBOX_TOPIC.test(topic)
}

/** What `prove` signs under `PROVE_LABEL`: the socket's nonce (32 bytes) ‖ the topic in UTF-8. */
export function proveMessage(nonce: Uint8Array, topic: string): Uint8Array {
  return concatBytes(nonce, toUtf8(topic))
}
