/* How somebody speaks in a room who was given its key: an attacker who runs the signalling service. */
import { openRoomMessage, sealRoomMessage, type RoomValue } from '../../client/link/room-cipher.ts'
import { parseRoomMessage, type RoomMessage } from '../../client/link/room-message.ts'

export type RoomVoice = {
  /** What a member said, or `null`. */
  open(data: unknown): Promise<RoomMessage | null>
  /** In anybody's name: the key is all that a room asks for. */
  seal(message: RoomMessage): Promise<string>
}

/** y-webrtc's key of a room: PBKDF2 over the room key, salted with the topic. */
export async function roomVoice(topic: string, roomKey: string): Promise<RoomVoice> {
  const utf8 = new TextEncoder()
  const { subtle } = globalThis.crypto
  const material = await subtle.importKey('raw', utf8.encode(roomKey), 'PBKDF2', false, [
    'deriveKey',
  ])
  const key = await subtle.deriveKey(
    { name: 'PBKDF2', salt: utf8.encode(topic), iterations: 100_000, hash: 'SHA-256' },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
  return {
    open: async (data) => parseRoomMessage(await openRoomMessage(data, key)),
    seal: (message) => sealRoomMessage(asSaid(message), key),
  }
}

/** As y-webrtc words it: what is `null` in our types is left out there. */
function asSaid(message: RoomMessage): RoomValue {
  const present = Object.entries(message).filter(([, value]) => value !== null)
  return Object.fromEntries(present)
}
