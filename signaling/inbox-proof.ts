import {
  equalBytes,
  fromBase64Url,
  type InboxCertificate,
  parseInboxCertificate,
  parseSigningPublicKey,
  type SigningPublicKey,
  verify,
  verifyInboxCertificate,
} from '@hamsa/crypto'
import { inboxTopic, PROVE_LABEL, proveMessage } from './inbox.ts'
import type { Prove } from './protocol.ts'

/** What a `prove` frame shows, all of it verified. */
export type InboxProof = { readonly certificate: InboxCertificate | null }

/**
 * Whether the frame shows the key of its topic, that its sender holds it, on the socket with this
 * nonce, and, where it brings a certificate, that root has signed this key. `null` when not.
 */
export async function checkProof(frame: Prove, nonce: Uint8Array): Promise<InboxProof | null> {
  const key = inboxKey(frame)
  const signature = fromBase64Url(frame.signature)
  if (key === null || signature === null) return null
  if (!(await verify(PROVE_LABEL, proveMessage(nonce, frame.topic), signature, key))) return null
  if (frame.certificate === null) return { certificate: null }
  const certificate = await inboxCertificate(frame.certificate, key)
  return certificate === null ? null : { certificate }
}

/** The key of a `prove` frame when it is a safe one and the topic is its own. */
function inboxKey(frame: Prove): SigningPublicKey | null {
  const bytes = fromBase64Url(frame.key)
  const key = bytes === null ? null : parseSigningPublicKey(bytes)
  return key !== null && frame.topic === inboxTopic(key) ? key : null
}

/** The certificate when it is this key's and its root has signed it. */
async function inboxCertificate(
  text: string,
  key: SigningPublicKey,
): Promise<InboxCertificate | null> {
  const bytes = fromBase64Url(text)
  const certificate = bytes === null ? null : parseInboxCertificate(bytes)
  if (certificate === null || !equalBytes(certificate.signing, key)) return null
  return (await verifyInboxCertificate(certificate, certificate.root)) ? certificate : null
}
