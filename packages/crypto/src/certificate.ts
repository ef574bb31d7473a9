import { ByteReader, ByteWriter } from './byte-codec.ts'
import { equalBytes, type Brand } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { hash } from './hash.ts'
import {
  KEY_BYTES,
  parseBoxPublicKey,
  parseSigningPublicKey,
  type BoxPublicKey,
  type SigningPair,
  type SigningPublicKey,
} from './identity.ts'
import { parseSignature, sign, SIGNATURE_BYTES, verify, type Signature } from './signature.ts'

/*
 * version 1 ‖ root key 32 ‖ device signing 32 ‖ device box 32 ‖ role 1 ‖ name (length 2, UTF-8)
 * ‖ not before, ms 6 ‖ not after, ms 6 ‖ signature by root 64, over all before it
 */

export const CERTIFICATE_VERSION = 1
const DAY_MS = 24 * 60 * 60 * 1000
/** A device that is not renewed falls silent after this long, so a lost one does too. */
export const MAX_CERTIFICATE_LIFETIME_MS = 30 * DAY_MS
/**
 * How far the reader's clock may be off. Shoppers' clocks are wrong: by a zone after a journey, by
 * days after an empty battery; and a shopper told that a good shop is forged is lost. The price is
 * that a certificate ends three days late; a device that must go at once is revoked, not waited for.
 */
export const CLOCK_LEEWAY_MS = 3 * DAY_MS
export const MAX_DEVICE_NAME_CHARS = 64
const MAX_DEVICE_NAME_BYTES = 4 * MAX_DEVICE_NAME_CHARS
/** Longest encoded certificate. */
export const MAX_CERTIFICATE_BYTES =
  1 + 3 * KEY_BYTES + 1 + 2 + MAX_DEVICE_NAME_BYTES + 6 + 6 + SIGNATURE_BYTES

const ROLES = ['owner', 'agent', 'moderator', 'keeper'] as const
/** What a device may do. `keeper` is the shop's own always-on device. On the wire 1 to 4, in this order. */
export type DeviceRole = (typeof ROLES)[number]

/** Root's word that a device speaks for the shop; parsed, not yet verified. */
export type Certificate = {
  readonly root: SigningPublicKey
  readonly signing: SigningPublicKey
  readonly box: BoxPublicKey
  readonly role: DeviceRole
  /** Shown beside the device's messages, at most 64 characters (code points). Not cleaned for display. */
  readonly name: string
  /** Unix milliseconds. */
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly signature: Signature
}

/** 32 bytes, hash of the encoded certificate. */
export type CertificateHash = Brand<Uint8Array, 'CertificateHash'>

export type CertificateVerdict = 'valid' | 'expired' | 'not-yet' | 'forged'

export type CertificateRequest = {
  readonly root: SigningPair
  readonly device: { readonly signing: SigningPublicKey; readonly box: BoxPublicKey }
  readonly role: DeviceRole
  readonly name: string
  readonly notBeforeMs: number
  /** At most 30 days after `notBeforeMs`. */
  readonly notAfterMs: number
}

/** Signs a device into the shop. Throws `bad-length` for a name and `bad-number` for a span that no parser would take. */
export function issueCertificate(request: CertificateRequest): Certificate {
  const { root, device, role, name, notBeforeMs, notAfterMs } = request
  if (!isDeviceName(name)) throw new CryptoError('bad-length', 'device name')
  if (!isLifetime(notBeforeMs, notAfterMs)) throw new CryptoError('bad-number', 'lifetime')
  const { signing, box } = device
  const unsigned = { root: root.publicKey, signing, box, role, name, notBeforeMs, notAfterMs }
  const signature = sign('hamsa/certificate/1', encodeUnsigned(unsigned), root.secretKey)
  return { ...unsigned, signature }
}

/** The one byte form of a certificate: what `parseCertificate` took, byte for byte. */
export function encodeCertificate(certificate: Certificate): Uint8Array {
  return new ByteWriter().raw(encodeUnsigned(certificate)).raw(certificate.signature).finish()
}

/** What entries and revocations call a certificate. */
export function certificateHash(certificate: Certificate): CertificateHash {
  return hash('hamsa/certificate-id/1', encodeCertificate(certificate)) as CertificateHash
}

/** The certificate in foreign bytes, or `null`. Structure only: ask `verifyCertificate` whether to believe it. */
export function parseCertificate(bytes: Uint8Array): Certificate | null {
  const reader = new ByteReader(bytes)
  reader.version(CERTIFICATE_VERSION)
  const root = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const signing = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const box = parseBoxPublicKey(reader.raw(KEY_BYTES))
  const role = ROLES[reader.uint(1) - 1]
  const name = reader.text(2, MAX_DEVICE_NAME_BYTES)
  const notBeforeMs = reader.uint(6)
  const notAfterMs = reader.uint(6)
  const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
  if (!reader.end() || root === null || signing === null || box === null) return null
  if (role === undefined || signature === null) return null
  if (!isDeviceName(name) || !isLifetime(notBeforeMs, notAfterMs)) return null
  return { root, signing, box, role, name, notBeforeMs, notAfterMs, signature }
}

/** Whether this root has signed it, and whether `nowMs`, give or take `CLOCK_LEEWAY_MS`, lies in its span (both ends included). */
export async function verifyCertificate(
  certificate: Certificate,
  root: SigningPublicKey,
  nowMs: number,
): Promise<CertificateVerdict> {
  if (!equalBytes(certificate.root, root)) return 'forged'
  const unsigned = encodeUnsigned(certificate)
  if (!(await verify('hamsa/certificate/1', unsigned, certificate.signature, root))) return 'forged'
  if (nowMs > certificate.notAfterMs + CLOCK_LEEWAY_MS) return 'expired'
  if (nowMs < certificate.notBeforeMs - CLOCK_LEEWAY_MS) return 'not-yet'
  return 'valid'
}

function encodeUnsigned(certificate: Omit<Certificate, 'signature'>): Uint8Array {
  return new ByteWriter()
    .uint(CERTIFICATE_VERSION, 1)
    .raw(certificate.root)
    .raw(certificate.signing)
    .raw(certificate.box)
    .uint(ROLES.indexOf(certificate.role) + 1, 1)
    .text(certificate.name, 2)
    .uint(certificate.notBeforeMs, 6)
    .uint(certificate.notAfterMs, 6)
    .finish()
}

/** A lone surrogate has no UTF-8 form, so what is signed would not be what was meant. */
function isDeviceName(name: string): boolean {
  return Array.from(name).length <= MAX_DEVICE_NAME_CHARS && !/\p{Surrogate}/u.test(name)
}

function isLifetime(notBeforeMs: number, notAfterMs: number): boolean {
  const lifetimeMs = notAfterMs - notBeforeMs
  return lifetimeMs >= 0 && lifetimeMs <= MAX_CERTIFICATE_LIFETIME_MS
}
