import {
  ByteReader,
  ByteWriter,
  MAX_CERTIFICATE_BYTES,
  certificateHash,
  encodeCertificate,
  parseCertificate,
  toBase64Url,
  verifyCertificate,
  type Certificate,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { parseCertificateId } from '../conversation/ids.ts'
import type { CertificateId } from '../conversation/log.ts'
import { StorageError, type Vault } from '../storage/ports.ts'

const BOOK_VERSION = 1
/** A device renews about every three weeks; this is decades of one, or years of a team. */
export const MAX_CERTIFICATES = 512
/** Certificates told to a peer, the newest; more than three years of one device. */
export const MAX_TOLD_CERTIFICATES = 64

/*
 * The device certificates under which a log's entries were written, kept beside it so that its
 * entries verify again after a restart. Only verified ones are ever put in.
 */

/** Throws `StorageError`; also for a book that cannot be read: taken as empty, the next save would lose what it holds. */
export async function loadCertificates(vault: Vault, name: string): Promise<Certificate[]> {
  const bytes = await vault.read(name)
  const certificates = bytes === null ? [] : decodeCertificates(bytes)
  if (certificates === null) throw new StorageError('corrupt')
  return certificates
}

export async function saveCertificates(
  vault: Vault,
  name: string,
  certificates: readonly Certificate[],
): Promise<void> {
  await vault.write(name, encodeCertificates(certificates.slice(-MAX_CERTIFICATES)))
}

/** Those of foreign certificates that this root has signed and that are not known; they may have ended. */
export async function provenCertificates(
  encoded: readonly Uint8Array[],
  root: SigningPublicKey,
  known: readonly Certificate[],
): Promise<Certificate[]> {
  const ids = new Set(known.map((certificate) => toBase64Url(idOfCertificate(certificate))))
  const proven: Certificate[] = []
  for (const bytes of encoded) {
    const certificate = parseCertificate(bytes)
    if (certificate === null || ids.has(toBase64Url(idOfCertificate(certificate)))) continue
    if ((await verifyCertificate(certificate, root, certificate.notBeforeMs)) !== 'forged') {
      proven.push(certificate)
      ids.add(toBase64Url(idOfCertificate(certificate)))
    }
  }
  return proven
}

/** The id by which entries name a certificate. */
export function idOfCertificate(certificate: Certificate): CertificateId {
  const id = parseCertificateId(certificateHash(certificate))
  if (id === null) throw new Error('a certificate id has 32 bytes')
  return id
}

/** version 1 ‖ count u16 ‖ (length u16 ‖ certificate) each. */
export function encodeCertificates(certificates: readonly Certificate[]): Uint8Array {
  const bytes = new ByteWriter().uint(BOOK_VERSION, 1).uint(certificates.length, 2)
  for (const certificate of certificates) bytes.bytes(encodeCertificate(certificate), 2)
  return bytes.finish()
}

export function decodeCertificates(bytes: Uint8Array): Certificate[] | null {
  const reader = new ByteReader(bytes)
  if (reader.uint(1) !== BOOK_VERSION) return null
  const count = reader.uint(2)
  if (count > MAX_CERTIFICATES) return null
  const certificates: Certificate[] = []
  for (let index = 0; index < count; index++) {
    const certificate = parseCertificate(reader.bytes(2, MAX_CERTIFICATE_BYTES))
    if (certificate === null) return null
    certificates.push(certificate)
  }
  return reader.end() ? certificates : null
}
