import { type ProbeVerdict, proveRelay } from './cli/turn-probe/prove-relay.ts'
import { makeTurnCredential } from './relay/credentials.ts'

export type RelayWatchDeps = {
  /** Ends with its signal. */
  readonly prove: (signal: AbortSignal) => Promise<ProbeVerdict>
  /** Milliseconds, never going back. */
  readonly monotonicNow: () => number
}

/** An answer stays good for so long: whoever asks often costs the relay nothing. */
const FRESH_MS = 10_000
/** On one's own computer: far above what a busy process needs. */
const PROOF_MS = 5_000

/** Whether the relay carries data, as found at most ten seconds ago; at most one proof is under way. */
export function watchRelay({ prove, monotonicNow }: RelayWatchDeps): () => Promise<boolean> {
  let latest: { readonly works: boolean; readonly endsAt: number } | null = null
  let underWay: Promise<boolean> | null = null
  const look = async (): Promise<boolean> => {
    const { type } = await prove(AbortSignal.timeout(PROOF_MS))
    const works = type === 'proven'
    latest = { works, endsAt: monotonicNow() + FRESH_MS }
    return works
  }
  return () => {
    if (latest !== null && monotonicNow() < latest.endsAt) return Promise.resolve(latest.works)
    underWay ??= look().finally(() => (underWay = null))
    return underWay
  }
}

/** Watches the relay of this process over UDP, where it listens: from here its public address may lead nowhere. */
export function watchOwnRelay(
  host: string,
  port: number,
  secret: string,
  deps: {
    /** Milliseconds since 1970. */
    readonly now: () => number
    readonly monotonicNow: () => number
    readonly random: (length: number) => Uint8Array
  },
): () => Promise<boolean> {
  const prove = (signal: AbortSignal): Promise<ProbeVerdict> => {
    const of = { secret, id: 'readyz', now: deps.now(), lifetimeSeconds: 60 }
    const url = `turn:${host}:${port}?transport=udp`
    return proveRelay([url], makeTurnCredential(of), { random: deps.random, signal })
  }
  return watchRelay({ prove, monotonicNow: deps.monotonicNow })
}
