import { compareBytes } from '@hamsa/crypto'
import type { Entry } from './log.ts'

/** Order on every screen: Lamport, author, writer, sequence. Never a clock. */
export function compareEntries(left: Entry, right: Entry): number {
  return (
    left.lamport - right.lamport ||
    compareBytes(left.author, right.author) ||
    compareBytes(left.writer, right.writer) ||
    left.sequence - right.sequence
  )
}
