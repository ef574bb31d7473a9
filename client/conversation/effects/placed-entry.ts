import type { Brand } from '@hamsa/crypto'
import type { BodyOf } from '../bodies/body-codec.ts'
import type { Draft, EntryBody } from '../body.ts'
import type { Entry } from '../log.ts'
import { compareEntries } from '../order.ts'

/** What of an entry decides its effect: who says what, and where it stands in the log. */
export type PlacedEntry = Pick<
  Entry,
  'id' | 'author' | 'certificate' | 'writer' | 'sequence' | 'lamport'
> & { readonly body: EntryBody }

/** An entry that says this. */
export type Said<Kind extends Draft['kind']> = PlacedEntry & { readonly body: BodyOf<Kind> }

/** An id or a public key as key of a map: one character for each byte, ten times as fast as base64. */
export type IdKey = Brand<string, 'IdKey'>

export function keyOf(id: Uint8Array): IdKey {
  // Not spread, which takes three times as long: `apply` takes what is like an array, though its type does not say so.
  return String.fromCharCode.apply(null, id as ArrayLike<number> as number[]) as IdKey
}

/** The later of two in log order; either may be missing. */
export function laterOf<Item extends PlacedEntry>(left: Item | null, right: Item): Item {
  return left === null || compareEntries(left, right) < 0 ? right : left
}
