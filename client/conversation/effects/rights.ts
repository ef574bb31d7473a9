import { equalBytes, type DeviceRole, type SigningPublicKey } from '@hamsa/crypto'
import type { CertificateId, LogKind } from '../log.ts'
import type { PlacedEntry } from './placed-entry.ts'

/** On which side an author stands, and as what. */
export type Role = 'shopper' | DeviceRole

/**
 * What an author may do in one log. The answer for an author and a certificate never changes: a
 * deletion that counted once cannot be taken back. Who learns otherwise builds the effects anew.
 */
export type Rights = {
  /** In a room the shop's owner and moderators may delete what members say. */
  readonly log: LogKind
  /** `null` when nobody vouches for them: then they only rule over what is their own. */
  readonly roleOf: (author: SigningPublicKey, certificate: CertificateId) => Role | null
}

export function isByShop({ author, certificate }: PlacedEntry, rights: Rights): boolean {
  const role = rights.roleOf(author, certificate)
  return role !== null && role !== 'shopper'
}

/** Whether an entry is its author's to write: the shop's words count from the shop's devices only. */
export function mayAuthor(entry: PlacedEntry, rights: Rights): boolean {
  const { body, author } = entry
  switch (body.kind) {
    case 'policy':
    case 'warning':
    case 'sanction':
    case 'system':
      return isByShop(entry, rights)
    case 'membership':
      if (body.change !== 'removed' && equalBytes(body.member, author)) return true
      return isByShop(entry, rights)
    default:
      return true
  }
}
