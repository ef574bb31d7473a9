import type { DeviceRole, SigningPublicKey } from '@hamsa/crypto'
import type { CertificateId } from './log.ts'

export type MemberRole = DeviceRole | 'shopper'

/** Says who may author in a log. Whoever opens a log knows the members and passes this in. */
export interface Membership {
  /** `null` is nobody's fault: the certificate may still be on its way. */
  roleOf(author: SigningPublicKey, certificate: CertificateId): MemberRole | null
}
