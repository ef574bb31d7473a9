import { fromBase64Url, parseSigningPublicKey, type SigningPublicKey, verify } from '@hamsa/crypto'
import { inboxTopic, PROVE_LABEL, proveMessage } from './inbox.ts'
import type { Prove } from './protocol.ts'

/** Whether the frame shows the key of its topic, and that its sender holds it, on the socket with this nonce. */
export async function isProof(frame: Prove, nonce: Uint8Array): Promise<boolean> {
  const key = inboxKey(frame)
  const signature = fromBase64Url(frame.signature)
  if (key === null || signature === null) return false
  return verify(PROVE_LABEL, proveMessage(nonce, frame.topic), signature, key)
}

/** The key of a `prove` frame when it is a safe one and the topic is its own. */
function inboxKey(frame: Prove): SigningPublicKey | null {
  const bytes = fromBase64Url(frame.key)
  const key = bytes === null ? null : parseSigningPublicKey(bytes)
  return key !== null && frame.topic === inboxTopic(key) ? key : null
}
