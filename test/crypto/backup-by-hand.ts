import { createHash, hkdfSync, scryptSync } from 'node:crypto'
import { concatBytes, randomBytes, toUtf8 } from '@hamsa/crypto'
import { secretboxByTheBook } from './salsa.ts'

/*
 * A backup put together from its byte map, OpenSSL and the papers, sharing no code with the package:
 * an oracle, and the way to make files that the package never would.
 */

const COST = { logN: 1, r: 1, p: 1 }

/** Stands in for a cost that is not the point of a test. */
export const stretchCheaply = (passphrase: string, salt: Uint8Array): Promise<Uint8Array> =>
  Promise.resolve(new Uint8Array(scryptSync(passphrase, salt, 32, { ...COST, N: 2 ** COST.logN })))

export type HandMade = {
  readonly passphrase: string
  readonly version?: number
  readonly cost?: readonly [logN: number, r: number, p: number]
  /** What the check opens to; 32 zeros in an honest file. */
  readonly check?: Uint8Array
  /** Plaintexts of the blocks after the check, and where each was sealed for. */
  readonly blocks: readonly { readonly plain: Uint8Array; readonly place: 'inner' | 'last' }[]
}

export async function backupByHand(made: HandMade): Promise<Uint8Array> {
  const { version = 1, cost = [17, 8, 1], check = new Uint8Array(32) } = made
  const [salt, prefix] = [randomBytes(16), randomBytes(16)]
  const header = concatBytes(toUtf8('HAMSA'), Uint8Array.of(version, ...cost), salt, prefix)
  const stretched = await stretchCheaply(made.passphrase, salt)
  const key = new Uint8Array(hkdfSync('sha512', stretched, header, 'hamsa/backup/1', 32))
  const sealAt = (number: number, place: 'inner' | 'last', plain: Uint8Array): Uint8Array => {
    const counter = Uint8Array.of(0, 0, 0, 0, 0, number >> 8, number & 255)
    const nonce = concatBytes(prefix, counter, Uint8Array.of(place === 'last' ? 1 : 0))
    return secretboxByTheBook(plain, nonce, key)
  }
  const opening = concatBytes(header, sealAt(0, 'inner', check))
  const blocks = made.blocks.flatMap(({ plain, place }, index) => {
    const sealed = sealAt(index + 1, place, plain)
    return [lengthOf(sealed), sealed]
  })
  return concatBytes(opening, checksumOf(opening), ...blocks)
}

/** The first 8 bytes of the labelled hash of what stands before them. */
export function checksumOf(opening: Uint8Array): Uint8Array {
  const label = 'hamsa/backup/header/1'
  const digest = createHash('sha512').update(Uint8Array.of(label.length)).update(label)
  return new Uint8Array(digest.update(opening).digest().subarray(0, 8))
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, bytes.length)
  return length
}
