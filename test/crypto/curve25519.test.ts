import {
  parseBoxPublicKey,
  parseSignature,
  parseSigningPublicKey,
  randomBytes,
} from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { L, littleEndian, P, toBytes } from './edwards.ts'

/*
 * The rule as it was first written, on whole numbers: the oracle of the rule on bytes. Its tables
 * are decimal, from the papers; the byte tables are hexadecimal.
 */
const SMALL_ORDER_Y = new Set([
  0n,
  1n,
  P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
])
const SMALL_ORDER_U = new Set([
  0n,
  1n,
  P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
])
const TOP_BIT = 2n ** 255n

const isSafeY = (bytes: Uint8Array): boolean => {
  const y = littleEndian(bytes) & (TOP_BIT - 1n)
  return bytes.length === 32 && y < P && !SMALL_ORDER_Y.has(y)
}
const isSafeU = (bytes: Uint8Array): boolean => {
  const u = littleEndian(bytes)
  return bytes.length === 32 && u < P && !SMALL_ORDER_U.has(u)
}
const isCanonical = (bytes: Uint8Array): boolean =>
  bytes.length === 64 && littleEndian(bytes.subarray(32)) < L && isSafeY(bytes.subarray(0, 32))

/** Every number near which a verdict changes, and the small-order points, with and without the top bit. */
function* boundaries(): Generator<Uint8Array> {
  for (const centre of [0n, L, P, TOP_BIT, 2n * TOP_BIT - 1n, ...SMALL_ORDER_Y, ...SMALL_ORDER_U]) {
    for (let step = -40n; step <= 40n; step++) {
      const value = centre + step
      if (value < 0n || value >= 2n * TOP_BIT) continue
      yield toBytes(value)
      yield toBytes(value ^ TOP_BIT)
      yield toBytes(value ^ (1n << 128n)) // equal at both ends, another in the middle
    }
  }
}

const HONEST = toBytes(9n) // neither of small order nor near a limit
const signatureOf = (r: Uint8Array, s: Uint8Array) => Uint8Array.of(...r, ...s)

/** Names the inputs whose verdicts differ; a list in one `expect`, since there are many inputs. */
function disagreements(inputs: Iterable<Uint8Array>): string[] {
  const found: string[] = []
  for (const bytes of inputs) {
    const verdicts: [string, boolean, boolean][] = [
      ['y', parseSigningPublicKey(bytes) !== null, isSafeY(bytes)],
      ['u', parseBoxPublicKey(bytes) !== null, isSafeU(bytes)],
    ]
    for (const signature of [signatureOf(HONEST, bytes), signatureOf(bytes, HONEST)]) {
      verdicts.push(['signature', parseSignature(signature) !== null, isCanonical(signature)])
    }
    for (const [what, ours, oracle] of verdicts) {
      if (ours !== oracle) found.push(`${what} ${Buffer.from(bytes).toString('hex')}: ${ours}`)
    }
  }
  return found
}

describe('canonical points and signatures', () => {
  it('[CR4] [CR5] are told on bytes as they are on whole numbers: at every boundary', () => {
    expect(disagreements(boundaries())).toEqual([])
    const refused = [...boundaries()].filter((bytes) => parseSigningPublicKey(bytes) === null)
    expect(refused.length).toBeGreaterThan(100) // both verdicts are met
    expect([...boundaries()].length - refused.length).toBeGreaterThan(100)
  })

  it('[CR4] [CR5] are told on bytes as they are on whole numbers: on 10,000 random inputs', () => {
    function* inputs(): Generator<Uint8Array> {
      for (let run = 0; run < 10_000; run++) {
        const bytes = new Uint8Array(randomBytes(32))
        // Half of them agree with L or p in all but a few low bytes, where random ones never get.
        const near = toBytes(run % 4 === 0 ? L : P)
        if (run % 2 === 0) bytes.set(near.subarray(run % 33), run % 33)
        yield bytes
      }
    }
    expect(disagreements(inputs())).toEqual([])
  })

  it('[CR1] of any other length are refused', () => {
    for (let length = 0; length <= 130; length++) {
      const bytes = new Uint8Array(length).fill(5)
      expect(parseSigningPublicKey(bytes) !== null).toBe(length === 32)
      expect(parseBoxPublicKey(bytes) !== null).toBe(length === 32)
      expect(parseSignature(bytes) !== null).toBe(length === 64)
    }
  })
})
