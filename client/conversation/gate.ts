import { fromBase64Url } from '@hamsa/crypto'
import type { ClientIds } from './client-ids.ts'
import { clockOf } from './client-id.ts'
import type { Deletions } from './deletions.ts'
import type { EntryIndex } from './entry-index.ts'
import type { Epoch } from './entry-seal.ts'
import type { Unsealed, UnsealEntries } from './entry-verifier.ts'
import { parseEntryId } from './ids.ts'
import { LogEntry } from './log-entry.ts'
import type { Entry, EntryId, LogRef, Verdict } from './log.ts'
import type { Membership } from './membership.ts'
import { convict, placeAll, placeFitting } from './placement.ts'
import { decodeUpdate } from './update-decoder.ts'
import type { UpdateItem } from './update-item.ts'

/** Where entries of the open epoch stand in its Yjs document. */
export type EpochPlaces = {
  readonly epoch: Epoch
  readonly clients: ClientIds
  /** First sequence of an entry's writer that belongs to the epoch. */
  base(entry: Pick<Entry, 'author' | 'writer'>): number
}

/** What entries from a peer are judged against. The gate changes nothing in it. */
export type GateContext = {
  readonly ref: LogRef
  readonly places: EpochPlaces
  readonly known: EntryIndex
  readonly deletions: Deletions
  readonly membership: Membership
}

/** The one sealed form of entries, in the open epoch, as far as it is at hand. */
export type SealedForms = ReadonlyMap<Entry, Uint8Array>

export type Judgement = {
  readonly verdict: Verdict
  /** What is to be taken, causes first. */
  readonly fresh: readonly Entry[]
  /** Members' entries in the frame that were not known and whose signatures hold, whatever the verdict. */
  readonly proven: readonly Entry[]
  /** Of those in `fresh` that came as Yjs carries them. */
  readonly sealed?: SealedForms
}

/** The items of an update with what each turned out to be; `null` for what is known already. */
export type ReadUpdate = readonly {
  readonly item: UpdateItem
  readonly unsealed: Unsealed
}[]

/** What spares an update's items their opening. */
export type ReadBefore = {
  /** A repeat: nothing of it is read. */
  readonly isKnown: (item: UpdateItem) => boolean
  /** What became of these very bytes before, when they were held. */
  readonly recall: (item: UpdateItem) => Unsealed | null
}

/**
 * First half, before Yjs sees a byte of an update (version 1): reads it and opens what it holds,
 * rules [LG20] to [LG28] of LOG.md. Nothing here hangs on what is known, so it runs beside other work.
 */
export async function readUpdate(
  update: Uint8Array,
  { ref, places }: Pick<GateContext, 'ref' | 'places'>,
  { isKnown, recall }: ReadBefore,
  unseal: UnsealEntries,
): Promise<ReadUpdate | Verdict> {
  const decoded = decodeUpdate(update)
  if (decoded.type === 'fault') return refuse(decoded.fault)
  const items = decoded.items
    .filter((item) => !isKnown(item))
    .map((item) => ({ item, recalled: recall(item) }))
  const fresh = items.filter(({ recalled }) => recalled === null)
  const sealed = fresh.map(({ item }) => item.sealed)
  const opened = (await unseal(sealed, { log: ref.id, epoch: places.epoch })).values()
  return items.map(({ item, recalled }) => {
    const unsealed = recalled ?? opened.next().value
    if (unsealed === undefined) throw new Error('one verdict for each sealed entry')
    return { item, unsealed }
  })
}

/**
 * Second half: whether what was read joins what is known, [LG27] to [LG39]. An offence outweighs a
 * gap: an update is held only when nothing in it convicts.
 */
export function judgeRead(read: ReadUpdate, context: GateContext): Judgement {
  const { ref, membership, places } = context
  let hold: Verdict | null = null
  let taken: Verdict | null = null
  const candidates: Entry[] = []
  const sealed = new Map<Entry, Uint8Array>()
  for (const { item, unsealed } of read) {
    if (unsealed.type === 'bad') return only(refuse(unsealed.reason))
    if (unsealed.type === 'other-epoch') {
      hold ??= { type: 'hold', reason: 'other-epoch' }
      continue
    }
    const entry = new LogEntry(unsealed.entry, ref.kind)
    const fault = placeFault(item, entry, places)
    if (fault !== null) return only(fault)
    if (places.clients.isTaken(entry.author, entry.writer)) {
      // Two writers whose hashes meet in 53 bits: only their author can have looked for that.
      taken ??= convict('client-taken', entry.author)
      continue
    }
    if (membership.roleOf(entry.author, entry.certificate) === null) {
      hold ??= { type: 'hold', reason: 'unknown-author' }
      continue
    }
    candidates.push(entry)
    sealed.set(entry, item.sealed)
  }
  return { ...judgeEntries(candidates, context, { hold, taken }), sealed }
}

/** Places entries whose signatures hold and whose authors are members. */
function judgeEntries(
  candidates: readonly Entry[],
  { known, deletions }: GateContext,
  { hold, taken }: { readonly hold: Verdict | null; readonly taken: Verdict | null },
): Judgement {
  const proven = candidates.filter(({ id }) => known.byId(id) === null)
  const parts = { known, ...deletions.judge(candidates) }
  const placement = taken === null ? placeAll(candidates, parts) : placeFitting(candidates, parts)
  const { verdict } = placement
  if (verdict.type === 'refuse') return { ...placement, proven }
  if (taken !== null) return { ...placement, verdict: taken, proven }
  if (hold !== null) return { verdict: hold, fresh: [], proven }
  return { ...placement, proven }
}

/**
 * Whether what a peer sent for a want joins what is known. Unlike an update it is no whole: as many
 * of its entries are taken as fit. A deletion may come ahead of its place, as the reason why an
 * entry has no body.
 */
export function judgeHistory(unsealed: readonly Unsealed[], context: GateContext): Judgement {
  const { ref, membership, known, deletions } = context
  let hold: Verdict | null = null
  const candidates: Entry[] = []
  for (const one of unsealed) {
    if (one.type === 'bad') return only(refuse(one.reason))
    if (one.type === 'other-epoch') return only({ type: 'hold', reason: 'other-epoch' })
    const entry = new LogEntry(one.entry, ref.kind)
    if (membership.roleOf(entry.author, entry.certificate) === null) {
      hold ??= { type: 'hold', reason: 'unknown-author' }
      continue
    }
    candidates.push(entry)
  }
  const proven = candidates.filter(({ id }) => known.byId(id) === null)
  const placement = placeFitting(candidates, { known, ...deletions.judge(candidates) })
  const verdict = placement.verdict.type === 'accept' && hold !== null ? hold : placement.verdict
  return { verdict, fresh: placement.fresh, proven }
}

/** Whether this item is where its entry belongs in the document. */
function placeFault(item: UpdateItem, entry: Entry, places: EpochPlaces): Verdict | null {
  if (item.key !== entry.key) return refuse('key')
  if (item.client !== places.clients.of(entry.author, entry.writer)) return refuse('client')
  if (item.clock !== clockOf(entry.sequence, places.base(entry))) return refuse('clock')
  return null
}

/** Whether the very entry of this item is known at this very place: a repeat costs no opening. */
export function isRepeat(
  { key, client, clock }: UpdateItem,
  { known, places }: Pick<GateContext, 'known' | 'places'>,
): boolean {
  const id = entryIdIn(key)
  const entry = id === null ? null : known.byId(id)
  // Of another history the document has nothing: the frame must not go through as a repeat.
  if (entry === null || known.isOther(entry.id)) return false
  const { author, writer, sequence } = entry
  return (
    client === places.clients.of(author, writer) && clock === clockOf(sequence, places.base(entry))
  )
}

/** The id that a key of the root map spells, or `null`. */
function entryIdIn(key: string): EntryId | null {
  const bytes = fromBase64Url(key)
  return bytes === null ? null : parseEntryId(bytes)
}

function refuse(reason: string): Verdict {
  return { type: 'refuse', reason }
}

function only(verdict: Verdict): Judgement {
  return { verdict, fresh: [], proven: [] }
}
