import {
  ByteWriter,
  signSoon,
  verify,
  type Signature,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import type { EntryId, Log, LogId } from './log.ts'

const SEEN_VERSION = 1

/** What a control frame says of its sender: seen up to and including this entry. */
export type SignedSeen = {
  readonly type: 'seen'
  readonly entry: EntryId
  readonly signature: Signature
}

/** The bytes that are signed: version 1 ‖ log id 32 ‖ entry id 32. */
function encodeSeen(log: LogId, entry: EntryId): Uint8Array {
  return new ByteWriter().uint(SEEN_VERSION, 1).raw(log).raw(entry).finish()
}

/** Says that all up to `entry` was seen (label `hamsa/seen/1`). */
export async function signSeen(
  log: Pick<Log, 'ref'>,
  entry: EntryId,
  self: SigningPair,
): Promise<SignedSeen> {
  const signature = await signSoon('hamsa/seen/1', encodeSeen(log.ref.id, entry), self.secretKey)
  return { type: 'seen', entry, signature }
}

/** Whether the holder of `key` did say so of this log. */
export function verifySeen(
  frame: Omit<SignedSeen, 'type'>,
  log: Pick<Log, 'ref'>,
  key: SigningPublicKey,
): Promise<boolean> {
  return verify('hamsa/seen/1', encodeSeen(log.ref.id, frame.entry), frame.signature, key)
}
