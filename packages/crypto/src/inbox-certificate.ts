import { ByteReader, ByteWriter } from './byte-codec.ts'
import { equalBytes } from './bytes.ts'
import {
  KEY_BYTES,
  parseBoxPublicKey,
  parseSigningPublicKey,
  type BoxPublicKey,
  type SigningPair,
  type SigningPublicKey,
} from './identity.ts'
import { parseSignature, sign, SIGNATURE_BYTES, verify, type Signature } from './signature.ts'

/* version 1 ‖ root key 32 ‖ number 4 ‖ inbox signing 32 ‖ inbox box 32 ‖ signature by root 64, over all before it = 165 */

export const INBOX_CERTIFICATE_VERSION = 1

/** Root's word that knocks go to these keys; parsed, not yet verified. A higher number replaces a lower one, so it needs no clock. */
export type InboxCertificate = {
  readonly root: SigningPublicKey
  /** One more at each revocation, 0 to 2³² − 1. */
  readonly number: number
  readonly signing: SigningPublicKey
  readonly box: BoxPublicKey
  readonly signature: Signature
}

/** Signs an inbox key into the shop. Throws `bad-number` when `number` does not fit 4 bytes. */
export function issueInboxCertificate(request: {
  readonly root: SigningPair
  readonly inbox: { readonly signing: SigningPublicKey; readonly box: BoxPublicKey }
  readonly number: number
}): InboxCertificate {
  const { root, inbox, number } = request
  const unsigned = { root: root.publicKey, number, signing: inbox.signing, box: inbox.box }
  return {
    ...unsigned,
    signature: sign('hamsa/inbox-certificate/1', encodeUnsigned(unsigned), root.secretKey),
  }
}

/** The one byte form of an inbox certificate. */
export function encodeInboxCertificate(certificate: InboxCertificate): Uint8Array {
  return new ByteWriter().raw(encodeUnsigned(certificate)).raw(certificate.signature).finish()
}

/** The inbox certificate in foreign bytes, or `null`. Structure only: ask `verifyInboxCertificate`. */
export function parseInboxCertificate(bytes: Uint8Array): InboxCertificate | null {
  const reader = new ByteReader(bytes)
  reader.version(INBOX_CERTIFICATE_VERSION)
  const root = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const number = reader.uint(4)
  const signing = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const box = parseBoxPublicKey(reader.raw(KEY_BYTES))
  const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
  if (!reader.end() || root === null || signing === null) return null
  if (box === null || signature === null) return null
  return { root, number, signing, box, signature }
}

/** Whether this root has signed it. */
export async function verifyInboxCertificate(
  certificate: InboxCertificate,
  root: SigningPublicKey,
): Promise<boolean> {
  if (!equalBytes(certificate.root, root)) return false
  const unsigned = encodeUnsigned(certificate)
  return verify('hamsa/inbox-certificate/1', unsigned, certificate.signature, root)
}

function encodeUnsigned(certificate: Omit<InboxCertificate, 'signature'>): Uint8Array {
  return new ByteWriter()
    .uint(INBOX_CERTIFICATE_VERSION, 1)
    .raw(certificate.root)
    .uint(certificate.number, 4)
    .raw(certificate.signing)
    .raw(certificate.box)
    .finish()
}
