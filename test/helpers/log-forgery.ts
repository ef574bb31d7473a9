import * as encoding from 'lib0/encoding'
import { ROOT_MAP } from '../../client/conversation/update-item.ts'

/* Yjs updates (version 1) written by hand: whatever a hostile member can put into one. */

type YjsId = { readonly client: number; readonly clock: number }

/** Content kinds of the format. */
export const CONTENT = {
  gc: 0,
  deleted: 1,
  json: 2,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
  doc: 9,
  skip: 10,
} as const

/** Writes a part of an update. */
export type Write = (encoder: encoding.Encoder) => void

export type RawItem = {
  readonly kind: number
  readonly content: Write
  readonly origin?: YjsId
  readonly rightOrigin?: YjsId
  /** A root type by its name, or the item that holds a nested one. */
  readonly parent?: string | YjsId
  /** Key in a map; `null` for an item of a list. */
  readonly key?: string | null
}

type RawSection = {
  readonly client: number
  readonly clock: number
  readonly structs: readonly Write[]
}

export function bytesBy(write: Write): Uint8Array {
  return encoding.encode(write)
}

export function varUints(...values: readonly number[]): Write {
  return (encoder) => {
    for (const value of values) encoding.writeVarUint(encoder, value)
  }
}

/** One item, its neighbours and parent as they are given. */
export function rawItem(item: RawItem): Write {
  const { kind, content, origin, rightOrigin, parent = ROOT_MAP, key = 'key' } = item
  return (encoder) => {
    const flags = (origin ? 0x80 : 0) | (rightOrigin ? 0x40 : 0) | (key === null ? 0 : 0x20)
    encoding.writeUint8(encoder, kind | flags)
    for (const id of [origin, rightOrigin]) {
      if (id !== undefined) varUints(id.client, id.clock)(encoder)
    }
    if (origin === undefined && rightOrigin === undefined) {
      if (typeof parent === 'string') {
        encoding.writeVarUint(encoder, 1)
        encoding.writeVarString(encoder, parent)
      } else {
        varUints(0, parent.client, parent.clock)(encoder)
      }
      if (key !== null) encoding.writeVarString(encoder, key)
    }
    content(encoder)
  }
}

export function text(value: string): Write {
  return (encoder) => encoding.writeVarString(encoder, value)
}

export function binary(bytes: Uint8Array): Write {
  return (encoder) => encoding.writeVarUint8Array(encoder, bytes)
}

/** Garbage or a Skip over so many clocks. */
export function span(kind: 'gc' | 'skip', length: number): Write {
  return (encoder) => {
    encoding.writeUint8(encoder, CONTENT[kind])
    encoding.writeVarUint(encoder, length)
  }
}

/** A whole update; `deletes` are (client, clock, length). */
export function rawUpdate(
  sections: readonly RawSection[],
  deletes: readonly (readonly [number, number, number])[] = [],
): Uint8Array {
  return bytesBy((encoder) => {
    encoding.writeVarUint(encoder, sections.length)
    for (const { client, clock, structs } of sections) {
      varUints(structs.length, client, clock)(encoder)
      for (const write of structs) write(encoder)
    }
    encoding.writeVarUint(encoder, deletes.length)
    for (const [client, clock, length] of deletes) varUints(client, 1, clock, length)(encoder)
  })
}
