import * as decoding from 'lib0/decoding'
import { ROOT_MAP, type UpdateItem } from './update-item.ts'

/** Longest update: far more than an epoch holds (2 MB of entries), far less than a browser's memory. */
export const MAX_UPDATE_BYTES = 64 * 1024 * 1024

/* Struct headers of Yjs's update format, version 1: content kind in the low 5 bits, then flags. */
const CONTENT_BITS = 0b0001_1111
const GARBAGE = 0
const BINARY = 3
const SKIP = 10
const HAS_PARENT_KEY = 0b0010_0000
const HAS_ORIGINS = 0b1100_0000
const PARENT_IS_ROOT = 1

/** What an honest replica's update never has in it. */
export type UpdateFault =
  | 'malformed'
  | 'too-large'
  | 'delete-set'
  | 'garbage'
  | 'origin'
  | 'content'
  | 'parent'
  | 'client-twice'

export type DecodedUpdate =
  | { readonly type: 'items'; readonly items: readonly UpdateItem[] }
  | { readonly type: 'fault'; readonly fault: UpdateFault }

/**
 * Reads a Yjs update (version 1) that may hold nothing but entries: each struct one binary under a
 * key of the root map. Every other struct is a fault at its first byte, so nothing nests, nothing
 * recurses, and no hostile length makes an allocation. What it takes, Yjs reads alike.
 */
export function decodeUpdate(update: Uint8Array): DecodedUpdate {
  if (update.length > MAX_UPDATE_BYTES) return { type: 'fault', fault: 'too-large' }
  try {
    return readUpdate(decoding.createDecoder(update))
  } catch {
    return { type: 'fault', fault: 'malformed' } // lib0 throws on a truncated or overlong field and on broken UTF-8
  }
}

function readUpdate(decoder: decoding.Decoder): DecodedUpdate {
  const items: UpdateItem[] = []
  const clients = new Set<number>()
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const count = decoding.readVarUint(decoder)
    const client = decoding.readVarUint(decoder)
    let clock = decoding.readVarUint(decoder)
    // Yjs keeps only the last section of a client, so a second one would hide the first.
    if (clients.has(client)) return { type: 'fault', fault: 'client-twice' }
    if (count === 0) return { type: 'fault', fault: 'malformed' }
    clients.add(client)
    for (let rest = count; rest > 0; rest--) {
      const info = decoding.readUint8(decoder)
      if (info === SKIP) {
        clock += decoding.readVarUint(decoder) // what the sender lacks; whether it is missing here, the next clock says
        continue
      }
      const fault = faultOf(info)
      if (fault !== null) return { type: 'fault', fault }
      const isRoot = decoding.readVarUint(decoder) === PARENT_IS_ROOT
      if (!isRoot || decoding.readVarString(decoder) !== ROOT_MAP) {
        return { type: 'fault', fault: 'parent' }
      }
      const key = decoding.readVarString(decoder)
      const sealed = decoding.readVarUint8Array(decoder).slice()
      items.push({ client, clock, key, sealed })
      clock += 1
    }
  }
  if (decoding.readVarUint(decoder) !== 0) return { type: 'fault', fault: 'delete-set' }
  if (decoding.hasContent(decoder)) return { type: 'fault', fault: 'malformed' }
  return { type: 'items', items }
}

function faultOf(info: number): UpdateFault | null {
  if ((info & CONTENT_BITS) === GARBAGE) return 'garbage'
  if ((info & HAS_ORIGINS) !== 0) return 'origin'
  if ((info & CONTENT_BITS) !== BINARY) return 'content'
  return (info & HAS_PARENT_KEY) === 0 ? 'parent' : null
}
