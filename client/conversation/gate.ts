import { equalBytes, toBase64Url } from '@hamsa/crypto'
import { clientIdOf, clockOf } from './client-id.ts'
import { openEntry, type Epoch } from './entry-seal.ts'
import { verifyEntry, type DecodedEntry } from './entry.ts'
import type { KnownEntries, KnownEntry } from './known-entries.ts'
import type { Entry, LogId, Verdict } from './log.ts'
import type { Membership } from './membership.ts'
import { placeEntries } from './placement.ts'
import { decodeUpdate } from './update-decoder.ts'
import type { UpdateItem } from './update-item.ts'

/** What an update is judged against. The gate changes nothing in it. */
export type GateContext = {
  readonly log: LogId
  readonly epoch: Epoch
  readonly known: KnownEntries
  readonly membership: Membership
}

export type Judgement = {
  readonly verdict: Verdict
  /** What an accepted update adds, causes first; empty for any other verdict. */
  readonly fresh: readonly KnownEntry[]
  /** Members' entries in the update that were not known and whose signatures hold, whatever the verdict. */
  readonly proven: readonly Entry[]
}

type Opened = { readonly decoded: DecodedEntry; readonly item: UpdateItem }

/**
 * Judges one Yjs update (version 1) from a peer before Yjs sees a byte of it: the rules [LG20] to
 * [LG38] of LOG.md. An offence outweighs a gap: an update is held only when nothing in it convicts.
 */
export async function judgeUpdate(update: Uint8Array, context: GateContext): Promise<Judgement> {
  const decoded = decodeUpdate(update)
  if (decoded.type === 'fault') return only(refuse(decoded.fault))
  const holds: Verdict[] = []

  const opened: Opened[] = []
  for (const item of decoded.items) {
    if (isRepeat(item, context.known)) continue
    const result = openItem(item, context)
    if ('decoded' in result) opened.push(result)
    else if (result.type === 'refuse') return only(result)
    else holds.push(result)
  }

  const signed = await Promise.all(opened.map(({ decoded: one }) => verifyEntry(one)))
  if (signed.includes(false)) return only(refuse('signature'))

  const candidates = opened.map(({ decoded: { entry }, item }) => ({ entry, item }))
  const placement = placeEntries(candidates, context.known)
  const proven = candidates
    .filter(({ item }) => context.known.byId(item.key) === null)
    .map(({ entry }) => entry)
  const verdict = placement.verdict.type === 'refuse' ? placement.verdict : holds[0]
  if (verdict !== undefined) return { verdict, fresh: [], proven }
  return { ...placement, proven }
}

function refuse(reason: string): Verdict {
  return { type: 'refuse', reason }
}

function only(verdict: Verdict): Judgement {
  return { verdict, fresh: [], proven: [] }
}

/** The very bytes that stand at this place already; a repeat costs no opening. */
function isRepeat(item: UpdateItem, known: KnownEntries): boolean {
  const same = known.byId(item.key)?.item
  if (same?.client !== item.client || same.clock !== item.clock) return false
  return equalBytes(same.sealed, item.sealed)
}

/** First pass: what can be said of an item by itself. */
function openItem(item: UpdateItem, context: GateContext): Opened | Verdict {
  const { log, epoch, membership } = context
  const opened = openEntry(item.sealed, epoch)
  if (opened.type === 'newer-epoch') return { type: 'hold', reason: 'newer-epoch' }
  if (opened.type === 'bad-seal') return refuse('seal')
  const { decoded } = opened
  const { id, author, certificate, sequence } = decoded.entry
  if (item.key !== toBase64Url(id)) return refuse('key')
  if (!equalBytes(decoded.log, log)) return refuse('other-log')
  if (item.client !== clientOf(decoded.entry, context)) return refuse('client')
  if (item.clock !== clockOf(sequence, 0)) return refuse('clock')
  if (membership.judge(author, certificate) === 'unknown') {
    return { type: 'hold', reason: 'unknown-author' }
  }
  return { decoded, item }
}

function clientOf({ author, writer }: Entry, { log, epoch }: GateContext): number {
  return clientIdOf(log, epoch.number, author, writer)
}
