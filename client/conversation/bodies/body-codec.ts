import type { Draft } from '../body.ts'
import type { BodyReader } from './body-reader.ts'
import type { BodyWriter } from './body-writer.ts'

export type BodyOf<Kind extends Draft['kind']> = Extract<Draft, { readonly kind: Kind }>

/** Format of one kind's body, version 1, without the version byte. */
export type BodyCodec<Kind extends Draft['kind']> = {
  readonly write: (body: BodyOf<Kind>, writer: BodyWriter) => void
  /** What counts is whether the reader has come to its end; `null` says only that a field has failed. */
  readonly read: (reader: BodyReader) => BodyOf<Kind> | null
}
