import {
  equalBytes,
  isRevoked,
  parseRevocationList,
  type Certificate,
  type RevocationList,
  type SigningPublicKey,
} from '@hamsa/crypto'
import type { EpochMember } from '../conversation/epoch-opening.ts'
import type { CertificateId } from '../conversation/log.ts'
import { encodeShop, renewCertificate, type ShopKeys } from '../identity/shop-identity.ts'
import { Listeners } from '../listeners.ts'
import { StorageError, type Vault } from '../storage/ports.ts'
import {
  idOfCertificate,
  loadCertificates,
  MAX_CERTIFICATES,
  provenCertificates,
  saveCertificates,
} from './certificate-book.ts'
import { membersOf } from './epoch-turn.ts'
import { ShopDevices } from './shop-devices.ts'
import { SHOP, SHOP_CERTIFICATES } from './shop-record.ts'

/** The shop on this device, as it is now: its certificate is renewed while the desk is open. */
export class OpenShop {
  readonly devices = new ShopDevices()
  readonly #vault: Vault
  readonly #listeners = new Listeners()
  readonly #revocations: RevocationList | null
  #keys: ShopKeys
  #certificates: readonly Certificate[]

  private constructor(vault: Vault, keys: ShopKeys, certificates: readonly Certificate[]) {
    this.#vault = vault
    this.#keys = keys
    this.#certificates = certificates
    for (const certificate of certificates) this.devices.add(certificate)
    this.#revocations = keys.revocations === null ? null : parseRevocationList(keys.revocations)
    if (this.#revocations !== null) this.devices.revoke(this.#revocations)
    else if (keys.revocations !== null) throw new StorageError('corrupt') // never taken as "nobody is revoked"
  }

  /** Renews the certificate when it is time. Throws `StorageError`. */
  static async open(vault: Vault, stored: ShopKeys, nowMs: number): Promise<OpenShop> {
    const shop = new OpenShop(vault, stored, await loadCertificates(vault, SHOP_CERTIFICATES))
    try {
      await shop.#keep(renewCertificate(stored, nowMs))
    } catch (error) {
      // The old one goes on: a full storage must still open, or nobody could make room in it.
      if (!(error instanceof StorageError)) throw error
    }
    return shop
  }

  get keys(): ShopKeys {
    return this.#keys
  }

  get root(): SigningPublicKey {
    return this.#keys.root.signing.publicKey
  }

  /** Of all devices, the oldest first; the ended ones too. */
  get certificates(): readonly Certificate[] {
    return this.#certificates
  }

  /** What this device writes entries with; `certificate` is always the newest one. */
  get author(): ShopKeys['device'] & { readonly certificate: CertificateId } {
    const id = (): CertificateId => idOfCertificate(this.#keys.certificate)
    const { signing, box } = this.#keys.device
    return {
      signing,
      box,
      get certificate() {
        return id()
      },
    }
  }

  /** Number of the newest revocation list; 0 when there is none. */
  get revocationNumber(): number {
    return this.#revocations?.number ?? 0
  }

  /** All devices that still speak for the shop, as members of an epoch. */
  members(): readonly EpochMember[] {
    const revocations = this.#revocations
    const members = membersOf(this.#certificates)
    if (revocations === null) return members
    return members.filter(({ key }) => !isRevoked(revocations, key))
  }

  /** Called when the certificate was renewed; returns the unsubscriber. */
  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  /** Renews the certificate when less than ten days of it are left. Throws `StorageError`; the old one goes on then. */
  async renew(nowMs: number): Promise<void> {
    const renewed = renewCertificate(this.#keys, nowMs)
    if (renewed === this.#keys) return
    await this.#keep(renewed)
    this.#listeners.notify()
  }

  /** Takes certificates that a shopper was shown by another device of this shop, if root signed them. Throws `StorageError`. */
  async learn(encoded: readonly Uint8Array[]): Promise<void> {
    const known = this.#certificates
    const fresh = await provenCertificates(encoded, this.root, known)
    if (fresh.length === 0 || known.length + fresh.length > MAX_CERTIFICATES) return
    for (const certificate of fresh) this.devices.add(certificate)
    this.#certificates = [...known, ...fresh]
    await saveCertificates(this.#vault, SHOP_CERTIFICATES, this.#certificates)
  }

  async #keep(keys: ShopKeys): Promise<void> {
    const own = idOfCertificate(keys.certificate)
    const isKnown = this.#certificates.some((known) => equalBytes(idOfCertificate(known), own))
    const certificates = isKnown ? this.#certificates : [...this.#certificates, keys.certificate]
    // The certificates first: an entry under one that is not there would verify nowhere.
    if (!isKnown) await saveCertificates(this.#vault, SHOP_CERTIFICATES, certificates)
    if (keys !== this.#keys) await this.#vault.write(SHOP, encodeShop(keys))
    this.#keys = keys
    this.#certificates = certificates
    this.devices.add(keys.certificate)
  }
}
