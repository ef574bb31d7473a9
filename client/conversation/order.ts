import { compareBytes } from '@hamsa/crypto'
import type { SignedEntry } from './signed-entry.ts'

type Ordered = Pick<SignedEntry, 'lamport' | 'author' | 'writer' | 'sequence'>

/** Order on every screen: Lamport, author, writer, sequence. Never a clock. */
export function compareEntries(left: Ordered, right: Ordered): number {
  return (
    left.lamport - right.lamport ||
    compareBytes(left.author, right.author) ||
    compareBytes(left.writer, right.writer) ||
    left.sequence - right.sequence
  )
}
