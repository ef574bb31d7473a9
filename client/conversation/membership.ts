import type { DeviceRole, SigningPublicKey } from '@hamsa/crypto'
import type { CertificateId } from './log.ts'

export type MemberRole = DeviceRole | 'shopper'

/** Says who may author in a log. Whoever opens a log knows the members and passes this in. */
export interface Membership {
  /**
   * `null` is nobody's fault: the certificate may still be on its way. A role once given stays: what
   * was written under it must verify for a newcomer years later.
   */
  roleOf(author: SigningPublicKey, certificate: CertificateId): MemberRole | null
  /** Whether a device has been revoked: what it wrote stays, but it opens no epoch any more. Without this nobody is. */
  isRevoked?(author: SigningPublicKey, certificate: CertificateId): boolean
}
