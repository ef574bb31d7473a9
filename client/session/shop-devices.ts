import {
  equalBytes,
  isRevoked,
  toBase64Url,
  type Certificate,
  type DeviceRole,
  type RevocationList,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { NO_CERTIFICATE } from '../conversation/ids.ts'
import type { CertificateId } from '../conversation/log.ts'
import type { MemberRole, Membership } from '../conversation/membership.ts'
import { idOfCertificate } from './certificate-book.ts'

type Device = Pick<Certificate, 'signing' | 'role'>

/**
 * The devices of one shop, each by the certificates that root has signed for it. Certificates that
 * have ended stay known: what was written under them stays written; whether a device may still
 * *connect* is asked at the handshake.
 */
export class ShopDevices {
  readonly #devices = new Map<string, Device>()
  #revocations: RevocationList | null = null

  /** Only certificates whose signature by root has been verified. */
  add(certificate: Certificate): void {
    const { signing, role } = certificate
    this.#devices.set(toBase64Url(idOfCertificate(certificate)), { signing, role })
  }

  /** The newest list; root's signature has been verified. */
  revoke(list: RevocationList): void {
    this.#revocations = list
  }

  roleOf(author: SigningPublicKey, certificate: CertificateId): DeviceRole | null {
    const device = this.#devices.get(toBase64Url(certificate))
    return device !== undefined && equalBytes(device.signing, author) ? device.role : null
  }

  isRevoked(author: SigningPublicKey): boolean {
    return this.#revocations !== null && isRevoked(this.#revocations, author)
  }
}

/** Who may author in one conversation: the shopper, without a certificate, and each device of the shop. */
export class ConversationMembers implements Membership {
  readonly #shopper: SigningPublicKey
  readonly #devices: ShopDevices

  constructor(shopper: SigningPublicKey, devices: ShopDevices) {
    this.#shopper = shopper
    this.#devices = devices
  }

  isShopper(author: SigningPublicKey): boolean {
    return equalBytes(author, this.#shopper)
  }

  roleOf(author: SigningPublicKey, certificate: CertificateId): MemberRole | null {
    if (equalBytes(certificate, NO_CERTIFICATE)) return this.isShopper(author) ? 'shopper' : null
    return this.#devices.roleOf(author, certificate)
  }

  isRevoked(author: SigningPublicKey): boolean {
    return this.#devices.isRevoked(author)
  }
}
