import {
  equalBytes,
  parseCertificate,
  toBase64Url,
  verifyCertificate,
  type Certificate,
  type SigningPublicKey,
} from '@hamsa/crypto'
import type { LivePeer } from '../link/link.ts'
import { StorageError, type Vault } from '../storage/ports.ts'
import { idOfCertificate, loadCertificates, saveCertificates } from './certificate-book.ts'
import type { ConversationMembers } from './members.ts'

/** Certificates that root itself can have made of one shop; more are not taken in. */
const MAX_KNOWN = 512

export type KnownDevicesParts = {
  readonly root: SigningPublicKey
  readonly members: ConversationMembers
  readonly vault: Vault
  readonly now: () => number
}

/** The shop's devices, as a shopper has come to know them: only certificates signed by root. */
export class KnownDevices {
  readonly #parts: KnownDevicesParts
  readonly #name: string
  #certificates: readonly Certificate[]

  private constructor(
    parts: KnownDevicesParts,
    name: string,
    certificates: readonly Certificate[],
  ) {
    this.#parts = parts
    this.#name = name
    this.#certificates = certificates
    for (const certificate of certificates) {
      parts.members.addDevice(idOfCertificate(certificate), certificate)
    }
  }

  /** Those met before. Throws `StorageError`. */
  static async load(parts: KnownDevicesParts): Promise<KnownDevices> {
    const name = `certificates/${toBase64Url(parts.root)}`
    return new KnownDevices(parts, name, await loadCertificates(parts.vault, name))
  }

  /** Whether this peer may connect now: it has proven the key of a certificate that is valid today. */
  async admit(peer: LivePeer): Promise<boolean> {
    const certificate = peer.certificate === null ? null : parseCertificate(peer.certificate)
    if (certificate === null || !equalBytes(certificate.signing, peer.key)) return false
    const { root, now } = this.#parts
    if ((await verifyCertificate(certificate, root, now())) !== 'valid') return false
    await this.#learn([certificate])
    return true
  }

  /** Certificates under which entries were written; they may have ended since. */
  async learn(encoded: readonly Uint8Array[]): Promise<void> {
    const { root, now } = this.#parts
    const proven: Certificate[] = []
    for (const bytes of encoded) {
      const certificate = parseCertificate(bytes)
      if (certificate === null || this.#knows(certificate)) continue
      if ((await verifyCertificate(certificate, root, now())) !== 'forged') proven.push(certificate)
    }
    await this.#learn(proven)
  }

  #knows(certificate: Certificate): boolean {
    const id = idOfCertificate(certificate)
    return this.#certificates.some((known) => equalBytes(idOfCertificate(known), id))
  }

  async #learn(proven: readonly Certificate[]): Promise<void> {
    const { members, vault } = this.#parts
    const fresh = proven.filter((certificate) => !this.#knows(certificate))
    if (fresh.length === 0 || this.#certificates.length + fresh.length > MAX_KNOWN) return
    for (const certificate of fresh) {
      members.addDevice(idOfCertificate(certificate), certificate)
    }
    this.#certificates = [...this.#certificates, ...fresh]
    try {
      await saveCertificates(vault, this.#name, this.#certificates)
    } catch (error) {
      // It works on in memory; the shop tells its certificates again at the next visit.
      if (!(error instanceof StorageError)) throw error
    }
  }
}
