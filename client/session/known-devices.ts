import {
  encodeCertificate,
  encodeRevocationList,
  equalBytes,
  isSuccessor,
  parseCertificate,
  parseRevocationList,
  toBase64Url,
  verifyCertificate,
  verifyRevocationList,
  type Certificate,
  type RevocationList,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { Listeners } from '../listeners.ts'
import type { LivePeer } from '../link/link.ts'
import { StorageError, type Vault } from '../storage/ports.ts'
import {
  idOfCertificate,
  loadCertificates,
  MAX_CERTIFICATES,
  MAX_TOLD_CERTIFICATES,
  provenCertificates,
  saveCertificates,
} from './certificate-book.ts'
import type { ShopDevices } from './shop-devices.ts'

export type KnownDevicesParts = {
  readonly root: SigningPublicKey
  readonly devices: ShopDevices
  readonly vault: Vault
  readonly now: () => number
}

/** The shop's devices, as a shopper has come to know them: what root has signed, and what it has taken back. */
export class KnownDevices {
  readonly #parts: KnownDevicesParts
  readonly #listeners = new Listeners()
  #certificates: readonly Certificate[]
  #revocations: RevocationList | null

  private constructor(
    parts: KnownDevicesParts,
    certificates: readonly Certificate[],
    revocations: RevocationList | null,
  ) {
    this.#parts = parts
    this.#certificates = certificates
    this.#revocations = revocations
    for (const certificate of certificates) parts.devices.add(certificate)
    if (revocations !== null) parts.devices.revoke(revocations)
  }

  /** Those met before. Throws `StorageError`. */
  static async load(parts: KnownDevicesParts): Promise<KnownDevices> {
    const { vault, root } = parts
    const [certificates, bytes] = await Promise.all([
      loadCertificates(vault, certificatesName(root)),
      vault.read(revocationsName(root)),
    ])
    const revocations = bytes === null ? null : parseRevocationList(bytes)
    // Never taken as "nobody is revoked".
    if (bytes !== null && revocations === null) throw new StorageError('corrupt')
    return new KnownDevices(parts, certificates, revocations)
  }

  /** Whether this peer may connect now: it has proven the key of a certificate that is valid today, and was not revoked. */
  async admit(peer: LivePeer): Promise<boolean> {
    const certificate = peer.certificate === null ? null : parseCertificate(peer.certificate)
    if (certificate === null || !equalBytes(certificate.signing, peer.key)) return false
    const { root, now, devices } = this.#parts
    if (devices.isRevoked(peer.key)) return false
    if ((await verifyCertificate(certificate, root, now())) !== 'valid') return false
    await this.#learn([certificate])
    return true
  }

  /** The newest that are known, encoded: a device of the shop may not have met all the others. */
  told(): readonly Uint8Array[] {
    return this.#certificates.slice(-MAX_TOLD_CERTIFICATES).map(encodeCertificate)
  }

  isRevoked(device: SigningPublicKey): boolean {
    return this.#parts.devices.isRevoked(device)
  }

  /** Certificates under which entries were written; they may have ended since. */
  async learn(encoded: readonly Uint8Array[]): Promise<void> {
    await this.#learn(await provenCertificates(encoded, this.#parts.root, this.#certificates))
  }

  /** Called when devices were revoked; returns the unsubscriber. */
  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  /** Takes a revocation list that somebody told of, if it is newer, signed by root, and forgets nobody. */
  async revoke(encoded: Uint8Array): Promise<void> {
    const { root, vault, devices } = this.#parts
    const list = parseRevocationList(encoded)
    if (list === null) return
    if (this.#revocations !== null && !isSuccessor(list, this.#revocations)) return
    if (!(await verifyRevocationList(list, root))) return
    this.#revocations = list
    devices.revoke(list)
    await orGoOn(() => vault.write(revocationsName(root), encodeRevocationList(list)))
    this.#listeners.notify()
  }

  #knows(certificate: Certificate): boolean {
    const id = idOfCertificate(certificate)
    return this.#certificates.some((known) => equalBytes(idOfCertificate(known), id))
  }

  async #learn(proven: readonly Certificate[]): Promise<void> {
    const { root, devices, vault } = this.#parts
    const fresh = proven.filter((certificate) => !this.#knows(certificate))
    if (fresh.length === 0 || this.#certificates.length + fresh.length > MAX_CERTIFICATES) return
    for (const certificate of fresh) devices.add(certificate)
    this.#certificates = [...this.#certificates, ...fresh]
    const certificates = this.#certificates
    await orGoOn(() => saveCertificates(vault, certificatesName(root), certificates))
  }
}

/** What could not be stored works on in memory; the shop tells it again at the next visit. */
async function orGoOn(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
  }
}

function certificatesName(root: SigningPublicKey): string {
  return `certificates/${toBase64Url(root)}`
}

function revocationsName(root: SigningPublicKey): string {
  return `revocations/${toBase64Url(root)}`
}
