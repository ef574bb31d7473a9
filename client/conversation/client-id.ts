import { ByteWriter, hash, type SigningPublicKey } from '@hamsa/crypto'
import type { LogId, WriterId } from './log.ts'

/** The 8 bytes' last 11 bits fall away: a Yjs client id is a safe integer, 53 bits. */
const LOW_BITS_KEPT = 5

/** Yjs client id of a writer in an epoch: first 53 bits of H(`hamsa/client/1` ‖ log id ‖ epoch u32 ‖ author ‖ writer). Nobody can choose another's. */
export function clientIdOf(
  log: LogId,
  epoch: number,
  author: SigningPublicKey,
  writer: WriterId,
): number {
  const parts = new ByteWriter().raw(log).uint(epoch, 4).raw(author).raw(writer).finish()
  const digest = hash('hamsa/client/1', parts)
  const first48 = digest.subarray(0, 6).reduce((value, byte) => value * 256 + byte, 0)
  return first48 * 2 ** LOW_BITS_KEPT + ((digest[6] ?? 0) >> (8 - LOW_BITS_KEPT))
}

/** Yjs clock of an entry; `base` is the first sequence of its writer in the epoch (0 in epoch 0). */
export function clockOf(sequence: number, base: number): number {
  return sequence - base
}
