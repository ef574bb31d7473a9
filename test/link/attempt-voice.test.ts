import { describe, expect, it } from 'vitest'
import { AttemptVoice } from '../../client/link/attempt-voice.ts'
import { openRoomMessage, sealRoomMessage } from '../../client/link/room-cipher.ts'
import { ManualClock } from '../helpers/manual-clock.ts'

const SIGNAL = { type: 'signal', from: 'a', to: 'b', token: 7 }
const FROM = '10000000-0000-4000-8000-000000000000'
const TO = '50000000-0000-4000-8000-000000000000'
const OFFER = { ...SIGNAL, from: FROM, to: TO, signal: { type: 'offer', sdp: 'v=0' } }
const CANDIDATE = {
  ...SIGNAL,
  from: FROM,
  to: TO,
  token: 9,
  signal: {
    type: 'candidate',
    candidate: { candidate: 'candidate:1', sdpMLineIndex: 0, sdpMid: '0' },
  },
}

async function openVoice() {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  const clock = new ManualClock()
  const published: string[] = []
  let look = (): void => undefined
  const voice = new AttemptVoice({
    key,
    clock,
    random: () => 0,
    publish: (data) => {
      published.push(data)
      look()
    },
  })
  return {
    voice,
    clock,
    published,
    /** As y-webrtc hands it over. */
    async say(...messages: readonly object[]): Promise<void> {
      for (const message of messages) {
        voice.send(await sealRoomMessage({ ...message }, key))
      }
    },
    whenPublished: (count: number): Promise<void> =>
      new Promise((resolve) => {
        look = () => {
          if (published.length >= count) resolve()
        }
        look()
      }),
    opened: () => Promise.all(published.map((data) => openRoomMessage(data, key))),
  }
}

describe('attempt voice', () => {
  it('[LK66] says with each signal to which offer it belongs', async () => {
    const { say, whenPublished, opened, voice } = await openVoice()
    await say(OFFER, CANDIDATE)
    await whenPublished(2)
    expect(voice.offerToken).toBe(7)
    expect(await opened()).toEqual([
      { ...OFFER, offer: 7 },
      { ...CANDIDATE, offer: 7 },
    ])
  })

  it('[LK66] names the peer’s offer in an answer', async () => {
    const { say, whenPublished, opened, voice } = await openVoice()
    voice.offerToken = 3
    const answer = { ...OFFER, signal: { type: 'answer', sdp: 'v=0' } }
    await say(answer)
    await whenPublished(1)
    expect(await opened()).toEqual([{ ...answer, offer: 3 }])
  })

  it('[LK67] says all again after 1, 2.5 and 4.5 seconds, and then no more', async () => {
    const { say, whenPublished, published, clock } = await openVoice()
    await say(OFFER, CANDIDATE)
    await whenPublished(2)
    const [first, second] = published
    const counts = [999, 1, 1_499, 1, 1_999, 1, 60_000].map((ms) => {
      clock.advance(ms)
      return published.length
    })
    expect(counts).toEqual([2, 4, 4, 6, 6, 8, 8])
    expect(published).toEqual([0, 1, 2, 3].flatMap(() => [first, second]))
    expect(clock.waiting).toBe(0)
  })

  it('[LK8] [LK67] is silent once it is stopped', async () => {
    const { say, whenPublished, published, clock, voice } = await openVoice()
    await say(OFFER)
    await whenPublished(1)
    voice.stop()
    await say(CANDIDATE)
    clock.advance(60_000)
    expect(published).toHaveLength(1)
    expect(clock.waiting).toBe(0)
  })
})
