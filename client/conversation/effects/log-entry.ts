import type { Brand } from '@hamsa/crypto'
import type { EntryBody } from '../body.ts'
import type { Entry } from '../log.ts'
import { compareEntries } from '../order.ts'

/** What of an entry decides its effect: who says what, and where it stands in the log. */
export type LogEntry = Pick<
  Entry,
  'id' | 'author' | 'certificate' | 'writer' | 'sequence' | 'lamport'
> & { readonly body: EntryBody }

/** An id or a public key as key of a map: one character for each byte, ten times as fast as base64. */
export type IdKey = Brand<string, 'IdKey'>

export function keyOf(id: Uint8Array): IdKey {
  // Not spread, which takes three times as long: `apply` takes what is like an array, though its type does not say so.
  return String.fromCharCode.apply(null, id as ArrayLike<number> as number[]) as IdKey
}

/** Log order: Lamport time, author, writer, sequence. */
export function compareInLog(left: LogEntry, right: LogEntry): number {
  return compareEntries(placeOf(left), placeOf(right))
}

/** The later of two in log order; either may be missing. */
export function laterOf<Item extends LogEntry>(left: Item | null, right: Item): Item {
  return left === null || compareInLog(left, right) < 0 ? right : left
}

/** `compareEntries` asks for whole entries, and looks at their place alone. */
function placeOf({ id, author, certificate, writer, sequence, lamport }: LogEntry): Entry {
  return {
    id,
    author,
    certificate,
    writer,
    sequence,
    lamport,
    previous: null,
    parents: NO_PARENTS,
    wallTimeMs: 0,
    body: NO_BODY,
  }
}

const NO_PARENTS: Entry['parents'] = []
const NO_BODY: Entry['body'] = { kind: 'unknown', code: 0 }
