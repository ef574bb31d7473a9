import type { RoomMessage } from '../../client/link/room-message.ts'
import type { Lie, Said, SaidKind, Told } from './lying-signaling.ts'
import type { RoomVoice } from './room-voice.ts'

/** Loses the first frame of this kind in each room; `lost` says in how many that was. */
export function loseFirst(kind: SaidKind): { readonly lie: Lie; lost(): number } {
  const rooms = new Set<string>()
  return {
    lie: (said) => {
      const topic = said.room?.topic
      if (said.kind !== kind || topic === undefined || rooms.has(topic)) return asItIs(said)
      rooms.add(topic)
      return []
    },
    lost: () => rooms.size,
  }
}

/** Loses this share of all that is said in rooms. */
export function loseShare(
  share: number,
  random: () => number,
): { readonly lie: Lie; lost(): number } {
  let lost = 0
  return {
    lie: (said) => {
      if (said.room === null || random() >= share) return asItIs(said)
      lost++
      return []
    },
    lost: () => lost,
  }
}

/** Each frame said in a room arrives after up to `spreadMs`, so that they overtake one another. */
export function reorder(spreadMs: number, random: () => number): Lie {
  return (said) =>
    said.room === null ? asItIs(said) : [{ text: said.text, afterMs: 1 + random() * spreadMs }]
}

/** Puts another certificate's fingerprint into every description, sealed anew with the room's key. */
export function swapFingerprints(
  voices: ReadonlyMap<string, RoomVoice>,
  random: () => number,
): { readonly lie: Lie; swapped(): number } {
  let swapped = 0
  return {
    lie: async (said) => {
      const { room } = said
      const voice = room === null ? undefined : voices.get(room.topic)
      const message = room === null ? null : withFingerprint(room.message, random)
      if (room === null || voice === undefined || message === null) return asItIs(said)
      swapped++
      return [{ text: publishOf(room.topic, await voice.seal(message)) }]
    },
    swapped: () => swapped,
  }
}

export function publishOf(topic: string, data: unknown): string {
  return JSON.stringify({ type: 'publish', topic, data })
}

function asItIs({ text }: Said): Told {
  return [{ text }]
}

function withFingerprint(message: RoomMessage, random: () => number): RoomMessage | null {
  if (message.type !== 'signal' || message.signal.type === 'candidate') return null
  const { sdp } = message.signal
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 256))
    .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
    .join(':')
  const swapped = sdp.replace(
    /a=fingerprint:sha-256 [0-9A-Fa-f:]+/g,
    `a=fingerprint:sha-256 ${hex}`,
  )
  return { ...message, signal: { ...message.signal, sdp: swapped } }
}
