/** Time, passed in: `wire.ts` gives the real one, tests their own. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number
  /** Runs once after `delayMs`; returns what calls it off (harmless when it ran). */
  after(delayMs: number, run: () => void): () => void
}

/** A number in [0, 1); for jitter only, never for a secret. */
export type Random = () => number
