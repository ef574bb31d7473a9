/*
 * Messages on the data channel travel in frames of at most 16 KiB, which every browser takes:
 * version ‖ kind and "more" flag ‖ payload. Frames of one message follow each other directly.
 */
import { concatBytes } from '@hamsa/crypto'

export const FRAME_VERSION = 1
export const MAX_FRAME_BYTES = 16 * 1024
const HEADER_BYTES = 2
const MAX_PAYLOAD_BYTES = MAX_FRAME_BYTES - HEADER_BYTES
const MORE = 0x80

/** `handshake`: before anything else. `sync`: y-webrtc's own messages. `control`: sealed control frames. */
export type MessageKind = 'handshake' | 'sync' | 'control'
export type Message = { readonly kind: MessageKind; readonly bytes: Uint8Array }

const CODES: Readonly<Record<MessageKind, number>> = { handshake: 0, sync: 1, control: 2 }
const KINDS: readonly MessageKind[] = ['handshake', 'sync', 'control']

/** Longest whole message of each kind, in bytes; what is longer breaks the rule. A sync message may hold a whole epoch. */
export const MAX_MESSAGE_BYTES: Readonly<Record<MessageKind, number>> = {
  handshake: 16 * 1024,
  sync: 32 * 1024 * 1024,
  control: 2 * 1024 * 1024,
}

/** Cuts a message into frames; an empty message is one empty frame. */
export function splitMessage({ kind, bytes }: Message): readonly Uint8Array[] {
  const frames: Uint8Array[] = []
  let offset = 0
  do {
    const payload = bytes.subarray(offset, offset + MAX_PAYLOAD_BYTES)
    offset += payload.length
    const flags = offset < bytes.length ? MORE : 0
    frames.push(concatBytes(Uint8Array.of(FRAME_VERSION, CODES[kind] | flags), payload))
  } while (offset < bytes.length)
  return frames
}

export type Assembled =
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'incomplete' }
  /** Against the rules: the sender is cut off. */
  | { readonly type: 'malformed' }

/** Puts the frames of one sender together again; after `malformed` it is not used any more. */
export class FrameAssembler {
  #kind: MessageKind | null = null
  #parts: Uint8Array[] = []
  #length = 0

  take(frame: Uint8Array): Assembled {
    const code = frame[1] ?? 0
    const kind = KINDS[code & ~MORE]
    if (frame.length < HEADER_BYTES || frame.length > MAX_FRAME_BYTES) return { type: 'malformed' }
    if (frame[0] !== FRAME_VERSION || kind === undefined) return { type: 'malformed' }
    if (this.#kind !== null && this.#kind !== kind) return { type: 'malformed' }

    const more = (code & MORE) !== 0
    // Only the last frame may be short: else a megabyte could come as a million little objects.
    if (more && frame.length !== MAX_FRAME_BYTES) return { type: 'malformed' }
    this.#length += frame.length - HEADER_BYTES
    if (this.#length > MAX_MESSAGE_BYTES[kind]) return { type: 'malformed' }

    this.#parts.push(frame.slice(HEADER_BYTES))
    this.#kind = more ? kind : null
    if (more) return { type: 'incomplete' }
    const bytes = concatBytes(...this.#parts)
    this.#parts = []
    this.#length = 0
    return { type: 'message', message: { kind, bytes } }
  }
}
