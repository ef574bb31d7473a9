export const LONG = process.env.HAMSA_LONG === '1'

/** Random inputs each primitive is compared on. */
export const RUNS = 10_000
/** Where one comparison takes milliseconds; all of `RUNS` with HAMSA_LONG=1. */
export const SLOW_RUNS = LONG ? RUNS : 1_000

/** For what is repeated `RUNS` times, on a machine that has other work too. */
export const RUNS_TIMEOUT_MS = (LONG ? 60 : 10) * 60 * 1000

/** The numbers of the runs in which two sides differ; one list to look at, since `expect` is slow ten thousand times. */
export async function differing(
  runs: number,
  isSame: (run: number) => boolean | Promise<boolean>,
): Promise<number[]> {
  const found: number[] = []
  for (let run = 0; run < runs; run++) if (!(await isSame(run))) found.push(run)
  return found
}

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
