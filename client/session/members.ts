import { equalBytes, toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import { NO_CERTIFICATE } from '../conversation/ids.ts'
import type { CertificateId } from '../conversation/log.ts'
import type { Membership } from '../conversation/membership.ts'

/**
 * Who may author in one conversation: the shopper, without a certificate, and each shop device,
 * under a certificate that root has signed. Certificates that have expired stay known: what was
 * written under them stays written; whether a device may still *connect* is asked at the handshake.
 */
export class ConversationMembers implements Membership {
  readonly #shopper: SigningPublicKey
  readonly #devices = new Map<string, SigningPublicKey>()

  constructor(shopper: SigningPublicKey) {
    this.#shopper = shopper
  }

  /** Only for certificates whose signature by root has been verified. */
  addDevice(certificate: CertificateId, device: SigningPublicKey): void {
    this.#devices.set(toBase64Url(certificate), device)
  }

  isShopper(author: SigningPublicKey): boolean {
    return equalBytes(author, this.#shopper)
  }

  judge(author: SigningPublicKey, certificate: CertificateId): 'member' | 'unknown' {
    if (equalBytes(certificate, NO_CERTIFICATE))
      return this.isShopper(author) ? 'member' : 'unknown'
    const device = this.#devices.get(toBase64Url(certificate))
    return device !== undefined && equalBytes(device, author) ? 'member' : 'unknown'
  }
}
