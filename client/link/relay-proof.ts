import type { Clock } from '../clock.ts'
import type { RelayProof } from './link.ts'

const POLL_MS = 20
/** Under load half of the remote candidates are `prflx` at first, until signalling brings their name. */
const PATIENCE_MS = 5_000

/** Candidate types of the pair that carries the connection. */
export type SelectedPair = { readonly local: string; readonly remote: string }

/** Reads the selected pair from a statistics report (W3C webrtc-stats); `null` while there is none. */
export function selectedPair(report: RTCStatsReport): SelectedPair | null {
  const rows = new Map<string, Readonly<Record<string, unknown>>>()
  report.forEach((row: unknown) => {
    if (isRecord(row) && typeof row.id === 'string') rows.set(row.id, row)
  })
  const all = [...rows.values()]
  const named = all.find((row) => row.type === 'transport' && row.selectedCandidatePairId)
  const pair =
    rows.get(textOf(named?.selectedCandidatePairId)) ??
    // Older Firefoxes have no transport row; each marks the pair itself (153 has both).
    all.find((row) => row.type === 'candidate-pair' && row.selected === true)
  if (pair === undefined) return null
  const local = rows.get(textOf(pair.localCandidateId))?.candidateType
  const remote = rows.get(textOf(pair.remoteCandidateId))?.candidateType
  return typeof local === 'string' && typeof remote === 'string' ? { local, remote } : null
}

/**
 * Asks the live connection until its own selected candidate is a relayed one: the proof, or `null`
 * when the connection runs over anything else, or says nothing for five seconds. A remote that
 * stays `prflx` is taken at the end: its own type is its word in the handshake. `readStats` gives
 * `null` once the connection is closed.
 */
export async function proveRelay(
  readStats: () => Promise<RTCStatsReport | null>,
  clock: Clock,
): Promise<RelayProof | null> {
  const deadline = clock.now() + PATIENCE_MS
  for (;;) {
    const report = await readStats()
    if (report === null) return null
    const pair = selectedPair(report)
    const late = clock.now() >= deadline
    if (pair !== null) {
      if (pair.local !== 'relay') return null
      if (pair.remote === 'relay') return { localCandidate: 'relay', remoteCandidate: 'relay' }
      if (pair.remote !== 'prflx') return null
      if (late) return { localCandidate: 'relay', remoteCandidate: 'prflx' }
    }
    if (late) return null
    await new Promise<void>((resolve) => clock.after(POLL_MS, resolve))
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
