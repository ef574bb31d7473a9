import { startNodeProcess } from '../node/node-process.ts'
import type { RoomMessage } from '../../client/link/room-message.ts'
import { publishOf } from './lies.ts'
import type { Lie, LyingSignaling } from './lying-signaling.ts'
import type { RoomVoice } from './room-voice.ts'

export type ManInTheMiddle = {
  readonly lie: Lie
  /** Data channels that he has open, and bytes that went through him. */
  counts(): Promise<{ readonly joined: number; readonly passedBytes: number }>
  end(): Promise<void>
}

type Signal = RoomMessage & { readonly type: 'signal' }

/** Puts himself between the two ends of every connection of these rooms. */
export async function startManInTheMiddle(
  signaling: LyingSignaling,
  voices: ReadonlyMap<string, RoomVoice>,
): Promise<ManInTheMiddle> {
  const man = await startNodeProcess('../rig/middle-process.ts', [])
  const iceServers = async (): Promise<unknown> => {
    const answer: unknown = await (await fetch(`${signaling.origin}/ice`)).json()
    return typeof answer === 'object' && answer !== null && 'iceServers' in answer
      ? answer.iceServers
      : []
  }
  /** By the token of an offer: who made it, and his own connections to the answering and the offering end. */
  const middles = new Map<
    number,
    { readonly offerer: string; readonly far: number; readonly near: number; isAnswered: boolean }
  >()
  const taken = new Set<number>()
  let isGone = false

  async function offered(topic: string, voice: RoomVoice, message: Signal): Promise<string[]> {
    if (taken.has(message.token)) return [] // said again: he has it
    taken.add(message.token)
    const made = (await man.call('between', [message.signal, await iceServers()])) as {
      readonly answer: Signal['signal']
      readonly offer: Signal['signal']
      readonly far: number
    }
    middles.set(message.token, {
      offerer: message.from,
      far: made.far,
      near: made.far + 1,
      isAnswered: false,
    })
    // Back to the end that offered, in the other one's name.
    const answer = { ...message, from: message.to, to: message.from, token: message.token + 0.5 }
    signaling.inject(topic, await voice.seal({ ...answer, signal: made.answer }))
    return [publishOf(topic, await voice.seal({ ...message, signal: made.offer }))]
  }

  const lie: Lie = async ({ kind, text, room }) => {
    const voice = room === null ? undefined : voices.get(room.topic)
    if (room === null || voice === undefined || room.message.type !== 'signal') return [{ text }]
    const { message, topic } = room
    if (kind === 'offer') {
      return (await offered(topic, voice, message)).map((one) => ({ text: one }))
    }
    const middle = message.offer === null ? undefined : middles.get(message.offer)
    if (middle === undefined) return []
    if (message.signal.type === 'candidate') {
      const number = message.from === middle.offerer ? middle.near : middle.far
      await man.call('candidate', [number, message.signal.candidate])
    } else if (!middle.isAnswered) {
      middle.isAnswered = true
      await man.call('answered', [middle.far, message.signal])
    }
    return [] // all that was said, he said himself
  }

  return {
    // What he was told last when he went is lost.
    lie: async (said) => {
      try {
        return await lie(said)
      } catch (error) {
        if (isGone) return []
        throw error
      }
    },
    counts: () =>
      man.call('counts', []) as Promise<{ readonly joined: number; readonly passedBytes: number }>,
    async end() {
      isGone = true
      await man.end()
    },
  }
}
