import type { SigningPublicKey } from '@hamsa/crypto'
import type { CertificateId } from './log.ts'

/** Says who may author in a log. Whoever opens a log knows the members and passes this in. */
export interface Membership {
  /** `unknown` is nobody's fault: the certificate may still be on its way. */
  judge(author: SigningPublicKey, certificate: CertificateId): 'member' | 'unknown'
}
