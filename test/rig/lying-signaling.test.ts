import { randomBytes, toBase64Url } from '@hamsa/crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RoomMessage } from '../../client/link/room-message.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { SignalClient } from '../helpers/signal-client.ts'
import { loseFirst, loseShare, publishOf, reorder, swapFingerprints } from './lies.ts'
import { startLyingSignaling, type LyingSignaling } from './lying-signaling.ts'
import type { RoomVoice } from './room-voice.ts'

const FROM = '11111111-1111-1111-1111-111111111111'
const TO = '22222222-2222-2222-2222-222222222222'
const PRINT = 'a=fingerprint:sha-256 AA:BB'

const announce = (token: number): RoomMessage => ({
  type: 'announce',
  from: FROM,
  to: null,
  have: [],
  token,
})

const offer = (token: number): RoomMessage => ({
  type: 'signal',
  from: FROM,
  to: TO,
  token,
  offer: token,
  signal: { type: 'offer', sdp: `v=0\r\n${PRINT}\r\n` },
})

describe('lying signalling', () => {
  let server: TestServer
  let liar: LyingSignaling
  let [alice, bob]: SignalClient[] = []
  let voice: RoomVoice
  const topic = toBase64Url(randomBytes(32))

  beforeEach(async () => {
    server = await startTestServer({ relay: false })
    liar = await startLyingSignaling(server.port)
    voice = await liar.learn(topic, toBase64Url(randomBytes(32)))
    const url = `${liar.origin.replace('http', 'ws')}/signal`
    ;[alice, bob] = [await SignalClient.open(url), await SignalClient.open(url)]
    await alice.subscribe(topic)
    await bob.subscribe(topic)
  })
  afterEach(async () => {
    await liar.close()
    await server.close()
  })

  async function say(...messages: readonly RoomMessage[]): Promise<void> {
    for (const message of messages) alice?.sendText(publishOf(topic, await voice.seal(message)))
    await alice?.settle()
  }

  /** What Bob has heard of it by now. */
  async function heard(): Promise<(RoomMessage | null)[]> {
    const frames = (await bob?.settle()) ?? []
    return Promise.all(
      frames.map(async (text) => voice.open((JSON.parse(text) as { data: unknown }).data)),
    )
  }

  it('passes on what is said, and other requests, as they are', async () => {
    await say(announce(1), offer(2))
    expect(await heard()).toEqual([announce(1), offer(2)])
    expect((await fetch(`${liar.origin}/healthz`)).status).toBe(200)
    expect(liar.counts()).toMatchObject({ withheld: 0 })
  })

  it('loses the first of a kind, and no other', async () => {
    const { lie, lost } = loseFirst('offer')
    liar.tell(lie)
    await say(announce(1), offer(2), offer(3))
    expect(await heard()).toEqual([announce(1), offer(3)])
    expect(lost()).toBe(1)
  })

  it('loses a share', async () => {
    const { lie, lost } = loseShare(0.3, seededRandom(5))
    liar.tell(lie)
    await say(...Array.from({ length: 100 }, (_, index) => announce(index)))
    const got = await heard()
    expect(got).toHaveLength(100 - lost())
    expect(lost()).toBeGreaterThan(15)
    expect(lost()).toBeLessThan(45)
  })

  it('lets frames overtake one another', async () => {
    liar.tell(reorder(50, seededRandom(5)))
    await say(...Array.from({ length: 20 }, (_, index) => announce(index)))
    const got: unknown[] = []
    while (got.length < 20) got.push(await bob?.next())
    const tokens = await Promise.all(
      got.map(async (text) => {
        const { data } = JSON.parse(String(text)) as { data: unknown }
        return (await voice.open(data))?.token
      }),
    )
    expect(tokens).not.toEqual([...tokens].sort((left = 0, right = 0) => left - right))
    expect(new Set(tokens).size).toBe(20)
  })

  it('swaps fingerprints under the room’s own key', async () => {
    const { lie, swapped } = swapFingerprints(new Map([[topic, voice]]), seededRandom(5))
    liar.tell(lie)
    await say(announce(1), offer(2))
    const [first, second] = await heard()
    expect(first).toEqual(announce(1))
    expect(second).toMatchObject({ type: 'signal', from: FROM, token: 2 })
    expect(JSON.stringify(second)).not.toContain(PRINT)
    expect(JSON.stringify(second)).toMatch(/a=fingerprint:sha-256 [0-9A-F]{2}:/)
    expect(swapped()).toBe(1)
  })

  it('replays what it has recorded, to everybody in the room', async () => {
    liar.record()
    await say(announce(1), offer(2))
    await heard()
    for (const { room } of liar.recorded()) {
      if (room !== null) expect(liar.inject(topic, await voice.seal(room.message))).toBe(2)
    }
    expect(await heard()).toEqual([announce(1), offer(2)])
  })

  it('ends connections, and lets new ones in', async () => {
    liar.cut()
    await alice?.closed
    const back = await SignalClient.open(`${liar.origin.replace('http', 'ws')}/signal`)
    expect(await back.ask({ type: 'ping' })).toEqual({ type: 'pong' })
  })
})
