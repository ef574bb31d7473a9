/*
 * y-webrtc's own messages, as y-protocols writes them: message type, then for sync its step and
 * one byte string. Only sync travels; awareness and the rest stay here.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

const SYNC = 0
const STEPS = ['step1', 'step2', 'update'] as const

export type SyncMessage =
  /** "This is what I have": bytes are a state vector. */
  | { readonly type: 'step1'; readonly bytes: Uint8Array }
  /** The answer to `step1`: bytes are an update with all that was missing. */
  | { readonly type: 'step2'; readonly bytes: Uint8Array }
  | { readonly type: 'update'; readonly bytes: Uint8Array }

/** A sync message, or `null` for every other kind and for malformed bytes. */
export function parseSyncMessage(message: Uint8Array): SyncMessage | null {
  try {
    const decoder = decoding.createDecoder(message)
    if (decoding.readVarUint(decoder) !== SYNC) return null
    const type = STEPS[decoding.readVarUint(decoder)]
    const bytes = decoding.readVarUint8Array(decoder)
    if (type === undefined || decoding.hasContent(decoder)) return null
    return { type, bytes }
  } catch {
    return null // cut short, or a number past its range: the sender's fault
  }
}

/** Asks a peer for what is not in the state vector. */
export function encodeStep1(stateVector: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, SYNC)
  encoding.writeVarUint(encoder, STEPS.indexOf('step1'))
  encoding.writeVarUint8Array(encoder, stateVector)
  return encoding.toUint8Array(encoder)
}
