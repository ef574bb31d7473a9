/** The value below which this share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}

/** `p50 1.2, p95 3.4 ms` */
export function spread(values: readonly number[], digits = 1): string {
  const [middle, most] = [0.5, 0.95].map((share) => percentile(values, share).toFixed(digits))
  return `p50 ${middle ?? ''}, p95 ${most ?? ''} ms`
}
