import {
  equalBytes,
  toBase64Url,
  verifyCertificate,
  verifyInboxCertificate,
  type Certificate,
  type SigningPublicKey,
} from '@hamsa/crypto'
import type { LogId, LogRef } from '../conversation/log.ts'
import { parseInvite } from '../identity/invite.ts'
import { conversationLogId, staffLogId } from '../identity/shopper-identity.ts'
import {
  countRecord,
  NO_COUNTS,
  type RecoveryContent,
  type RecoveryCounts,
  type RecoveryRecord,
} from './recovery-record.ts'

export type RestoreProblem =
  /** A record that is none, or of a newer Hamsa. */
  | 'malformed'
  /** Begins with neither a shop nor a shopper. */
  | 'no-identity'
  /** A second identity, or something that belongs to another shop or shopper. */
  | 'mixed'
  /** The same conversation or vault record twice. */
  | 'repeated'
  /** Its keys do not fit each other: a certificate or an invite that root has not signed. */
  | 'keys-do-not-fit'
  /** Something stands behind the end. */
  | 'after-end'

export type RestoreStep =
  /** Belongs to the file's one identity, and may be written. */
  | { readonly type: 'write'; readonly record: RecoveryContent }
  /** The file ended here; `whole` when nothing of it is missing. */
  | { readonly type: 'end'; readonly whole: boolean; readonly counts: RecoveryCounts }
  /** Nothing of the file may be restored. The last step. */
  | { readonly type: 'refused'; readonly problem: RestoreProblem }

/** Whose file it is, and what of it was met so far. */
type Owner = {
  readonly type: 'shop' | 'shopper'
  readonly root: SigningPublicKey
  /** Logs that are the owner's, by their name; a room's as soon as it was met. */
  readonly logs: Map<string, LogRef['kind']>
  readonly vaultNames: Set<string>
}

type Reading =
  | { readonly type: 'begun' }
  | { readonly type: 'owned'; readonly owner: Owner; readonly counts: RecoveryCounts }
  | { readonly type: 'ended'; readonly whole: boolean; readonly counts: RecoveryCounts }

/**
 * What must be written to restore a recovery file, record by record; `null` stands for one that
 * `parseRecord` did not take. Ends with `end` or `refused`. A file may be refused at its last
 * record: what was written until then must be of no effect.
 */
export async function* restorePlan(
  records: Iterable<RecoveryRecord | null> | AsyncIterable<RecoveryRecord | null>,
): AsyncGenerator<RestoreStep, void> {
  let reading: Reading = { type: 'begun' }
  for await (const record of records) {
    const next: Reading | RestoreProblem =
      record === null ? 'malformed' : await readOn(reading, record)
    if (typeof next === 'string') {
      yield { type: 'refused', problem: next }
      return
    }
    reading = next
    if (record !== null && record.type !== 'end') yield { type: 'write', record }
  }
  if (reading.type === 'begun') yield { type: 'refused', problem: 'no-identity' }
  else
    yield { type: 'end', whole: reading.type === 'ended' && reading.whole, counts: reading.counts }
}

async function readOn(reading: Reading, record: RecoveryRecord): Promise<Reading | RestoreProblem> {
  if (reading.type === 'ended') return 'after-end'
  if (reading.type === 'begun') {
    const owner = record.type === 'end' ? 'no-identity' : await ownerFrom(record)
    return typeof owner === 'string' ? owner : { type: 'owned', owner, counts: NO_COUNTS }
  }
  const { owner, counts } = reading
  if (record.type === 'end') {
    return { type: 'ended', whole: areEqual(record.counts, counts), counts }
  }
  return (await problemOf(record, owner)) ?? { ...reading, counts: countRecord(counts, record) }
}

/** Whose file it is, by its first record, or what is wrong with that. */
async function ownerFrom(record: RecoveryContent): Promise<Owner | RestoreProblem> {
  switch (record.type) {
    case 'shop': {
      const { root, certificate, inboxCertificate } = record.keys
      const key = root.signing.publicKey
      const isSigned =
        (await isBySameRoot(certificate, key)) &&
        (await verifyInboxCertificate(inboxCertificate, key))
      if (!isSigned) return 'keys-do-not-fit'
      return {
        type: 'shop',
        root: key,
        logs: new Map([[nameOf(staffLogId(key)), 'staff']]),
        vaultNames: new Set(),
      }
    }
    case 'shopper': {
      const { root, keys, invite } = record
      const shopper = keys.identity.signing.publicKey
      const parsed = await parseInvite(invite)
      if (parsed.type === 'problem' || !equalBytes(parsed.invite.root, root))
        return 'keys-do-not-fit'
      return {
        type: 'shopper',
        root,
        logs: new Map([[nameOf(conversationLogId(root, shopper)), 'conversation']]),
        vaultNames: new Set(),
      }
    }
    default:
      return 'no-identity'
  }
}

/** What is wrong with one more record; `null` when it may be written. */
async function problemOf(record: RecoveryContent, owner: Owner): Promise<RestoreProblem | null> {
  switch (record.type) {
    case 'shop':
    case 'shopper':
      return 'mixed'
    case 'conversation': {
      if (owner.type === 'shopper' || equalBytes(record.shopper, owner.root)) return 'mixed'
      const log = nameOf(conversationLogId(owner.root, record.shopper))
      const known = owner.logs.get(log)
      if (known !== undefined) return known === 'conversation' ? 'repeated' : 'mixed'
      owner.logs.set(log, 'conversation')
      return null
    }
    case 'certificates': {
      const verdicts = await Promise.all(
        record.certificates.map((certificate) => isBySameRoot(certificate, owner.root)),
      )
      return verdicts.every(Boolean) ? null : 'keys-do-not-fit'
    }
    case 'vault':
      if (owner.vaultNames.has(record.name)) return 'repeated'
      owner.vaultNames.add(record.name)
      return null
    case 'entries': {
      const { kind, id } = record.log
      const known = owner.logs.get(nameOf(id))
      if (known !== undefined || kind !== 'room') return known === kind ? null : 'mixed'
      owner.logs.set(nameOf(id), kind) // a room's log has a name of its own, which no key tells
      return null
    }
  }
}

/** Certificates of long ago count: entries were written under them. */
async function isBySameRoot(certificate: Certificate, root: SigningPublicKey): Promise<boolean> {
  return (await verifyCertificate(certificate, root, certificate.notBeforeMs)) !== 'forged'
}

function nameOf(log: LogId): string {
  return toBase64Url(log)
}

function areEqual(left: RecoveryCounts, right: RecoveryCounts): boolean {
  return (
    left.conversations === right.conversations &&
    left.certificates === right.certificates &&
    left.vault === right.vault &&
    left.entries === right.entries
  )
}
