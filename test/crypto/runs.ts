export const LONG = process.env.HAMSA_LONG === '1'

/** Random inputs a primitive is compared on where 10,000 would take long; ten times as many in the long run. */
export const RUNS = LONG ? 10_000 : 1_000

/** For what is repeated `RUNS` times, on a machine that has other work too. */
export const RUNS_TIMEOUT_MS = 10 * 60 * 1000

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
