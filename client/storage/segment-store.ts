import { toBase64Url } from '@hamsa/crypto'
import type { LogId } from '../conversation/log.ts'
import type { KeyRing } from './key-ring.ts'
import { LogSegments } from './log-segments.ts'
import type { EntryStore } from './ports.ts'
import { SegmentRows } from './segment-rows.ts'

/** Entries as encrypted segments in IndexedDB. */
export function segmentStore(keyRing: KeyRing, subtle: SubtleCrypto): EntryStore {
  const logs = new Map<string, LogSegments>()
  const segmentsOf = (log: LogId): LogSegments => {
    const name = toBase64Url(log)
    const known = logs.get(name)
    if (known !== undefined) return known
    const fresh = new LogSegments(keyRing, new SegmentRows(keyRing, subtle, log))
    logs.set(name, fresh)
    return fresh
  }
  return {
    load: (log) => segmentsOf(log).load(),
    put: (log, entries) => segmentsOf(log).put(entries),
    strip: (log, ids) => segmentsOf(log).strip(ids),
    erase: (log) => segmentsOf(log).erase(),
  }
}
