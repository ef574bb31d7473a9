import { equalBytes, toBase64Url, type Certificate, type SigningPublicKey } from '@hamsa/crypto'
import { NO_CERTIFICATE } from '../conversation/ids.ts'
import type { CertificateId } from '../conversation/log.ts'
import type { MemberRole, Membership } from '../conversation/membership.ts'

type Device = Pick<Certificate, 'signing' | 'role'>

/**
 * Who may author in one conversation: the shopper, without a certificate, and each shop device,
 * under a certificate that root has signed. Certificates that have expired stay known: what was
 * written under them stays written; whether a device may still *connect* is asked at the handshake.
 */
export class ConversationMembers implements Membership {
  readonly #shopper: SigningPublicKey
  readonly #devices = new Map<string, Device>()

  constructor(shopper: SigningPublicKey) {
    this.#shopper = shopper
  }

  /** Only for certificates whose signature by root has been verified. */
  addDevice(certificate: CertificateId, { signing, role }: Device): void {
    this.#devices.set(toBase64Url(certificate), { signing, role })
  }

  isShopper(author: SigningPublicKey): boolean {
    return equalBytes(author, this.#shopper)
  }

  roleOf(author: SigningPublicKey, certificate: CertificateId): MemberRole | null {
    if (equalBytes(certificate, NO_CERTIFICATE)) return this.isShopper(author) ? 'shopper' : null
    const device = this.#devices.get(toBase64Url(certificate))
    return device !== undefined && equalBytes(device.signing, author) ? device.role : null
  }
}
