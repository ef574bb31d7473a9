import * as buffer from 'lib0/buffer'
import fc from 'fast-check'
import { randomBytes, toBase64Url } from '@hamsa/crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { parseTopic, type Topic } from '../../client/link/link.ts'
import type { AttemptPhase } from '../../client/link/peer-attempt.ts'
import { openRoomMessage, sealRoomMessage } from '../../client/link/room-cipher.ts'
import { parseRoomMessage, type PeerSignal } from '../../client/link/room-message.ts'
import { RoomSignaling, type RoomAttempt } from '../../client/link/room-signaling.ts'
import { ManualClock } from '../helpers/manual-clock.ts'
import { MemoryHub } from '../helpers/memory-signaling.ts'

const LOW = '10000000-0000-4000-8000-000000000000'
const OWN = '50000000-0000-4000-8000-000000000000'
const HIGH = '90000000-0000-4000-8000-000000000000'
const OFFER: PeerSignal = { type: 'offer', sdp: 'v=0' }

const makeKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
const makeTopic = (): Topic => {
  const topic = parseTopic(toBase64Url(randomBytes(32)))
  if (topic === null) throw new Error('32 bytes are a topic')
  return topic
}

/** A connection that only keeps what it is told. */
class Attempt implements RoomAttempt {
  phase: AttemptPhase = { type: 'connecting' }
  hasRemote = false
  ownToken = 0
  remoteToken = 0
  offerToken: number | null = null
  readonly signals: PeerSignal[] = []
  constructor(
    readonly initiator: boolean,
    readonly forget: () => void,
  ) {}
  signal(signal: PeerSignal): void {
    if (signal.type !== 'candidate') this.hasRemote = true
    this.signals.push(signal)
  }
  answer(offer: PeerSignal, token: number): void {
    this.remoteToken = this.offerToken = token
    this.signal(offer)
  }
  destroy(): Promise<void> {
    this.phase = { type: 'closed' }
    this.forget()
    return Promise.resolve()
  }
}

function tokenOf(message: unknown): number {
  const isStamped = typeof message === 'object' && message !== null && 'token' in message
  return isStamped && typeof message.token === 'number' ? message.token : 0
}

const open: RoomSignaling[] = []
afterEach(() => {
  for (const room of open.splice(0)) room.close()
})

/** A room of which the test is the other member. */
async function openRoom() {
  const hub = new MemoryHub()
  const [topic, key, clock] = [makeTopic(), await makeKey(), new ManualClock()]
  const attempts = new Map<string, Attempt>()
  const made: { readonly id: string; readonly attempt: Attempt }[] = []
  const denied = new Set<string>()
  const room = new RoomSignaling({
    signaling: hub.connect(),
    topic,
    peerId: OWN,
    key,
    clock,
    random: () => 0.5,
    peers: {
      find: (id) => attempts.get(id),
      ids: () => [...attempts.keys()],
      admits: (id) => !denied.has(id),
      connect: (initiator, id) => {
        if (denied.has(id)) return Promise.resolve(null)
        const attempt = new Attempt(initiator, () => attempts.delete(id))
        attempts.set(id, attempt)
        made.push({ id, attempt })
        return Promise.resolve(attempt)
      },
    },
  })
  open.push(room)
  const tester = hub.connect()
  const heard: unknown[] = []
  tester.join(topic, (data) => {
    void openRoomMessage(data, key).then((message) => heard.push(message))
  })
  const say = async (message: Record<string, unknown>): Promise<void> => {
    tester.publish(topic, await sealRoomMessage(message as Record<string, string>, key))
  }
  /** Messages are taken in order: when this one is answered, those before it were handled. */
  const settle = async (): Promise<void> => {
    const probe = `00000000-0000-4000-8000-${String(heard.length).padStart(12, '0')}`
    await say({ type: 'announce', from: probe })
    const isAnswered = (): boolean =>
      heard.some((one) => JSON.stringify(one).includes(`"to":"${probe}"`))
    await expect.poll(isAnswered, { interval: 1 }).toBe(true)
  }
  return { hub, topic, key, clock, room, attempts, made, denied, tester, heard, say, settle }
}

describe('room signaling', () => {
  it('[LK61] offers to a higher id, and asks a lower one for its offer', async () => {
    const { say, settle, made, heard } = await openRoom()
    await say({ type: 'announce', from: HIGH })
    await say({ type: 'announce', from: LOW })
    await settle()
    expect(made.map(({ id, attempt }) => [id, attempt.initiator])).toEqual([[HIGH, true]])
    expect(heard).toContainEqual(expect.objectContaining({ type: 'announce', from: OWN, to: LOW }))
  })

  it('[LK61] offers to a lower id that asks for it', async () => {
    const { say, settle, made } = await openRoom()
    await say({ type: 'announce', from: LOW, to: OWN })
    await say({ type: 'announce', from: LOW, to: HIGH })
    await settle()
    expect(made.map(({ id, attempt }) => [id, attempt.initiator])).toEqual([[LOW, true]])
  })

  it('[LK61] answers an offer and passes its candidates on', async () => {
    const { say, settle, made } = await openRoom()
    const candidate = { candidate: 'candidate:x', sdpMid: '0', sdpMLineIndex: 0 }
    const signal = { type: 'candidate', candidate }
    await say({ type: 'signal', from: LOW, to: OWN, token: 5, signal })
    await say({ type: 'signal', from: LOW, to: OWN, token: 5, signal: OFFER })
    await say({ type: 'signal', from: LOW, to: OWN, token: 5, signal })
    await settle()
    expect(made.map(({ attempt }) => [attempt.initiator, attempt.signals])).toEqual([
      [false, [OFFER, signal]],
    ])
  })

  it('[LK61] when offers meet, the higher token stands', async () => {
    for (const [ownToken, connections] of [
      [9, 1],
      [3, 2],
    ] as const) {
      const { say, settle, made } = await openRoom()
      await say({ type: 'announce', from: HIGH })
      await settle()
      const [first] = made
      if (first === undefined) throw new Error('no offer')
      first.attempt.ownToken = ownToken
      await say({ type: 'signal', from: HIGH, to: OWN, token: 5, signal: OFFER })
      await settle()
      expect(made).toHaveLength(connections)
      expect(first.attempt.phase.type).toBe(connections === 1 ? 'connecting' : 'closed')
    }
  })

  it('[LK62] replaces a connection by a newer offer, not by an older one', async () => {
    const { say, settle, made } = await openRoom()
    await say({ type: 'signal', from: LOW, to: OWN, token: 5, signal: OFFER })
    await say({ type: 'signal', from: LOW, to: OWN, token: 5, signal: OFFER })
    await say({ type: 'signal', from: LOW, to: OWN, token: 4, signal: OFFER })
    await settle()
    expect(made).toHaveLength(1)
    await say({ type: 'signal', from: LOW, to: OWN, token: 6, signal: OFFER })
    await settle()
    expect(made.map(({ attempt }) => attempt.phase.type)).toEqual(['closed', 'connecting'])
  })

  it('[LK62] replaces an open connection that the other end has lost', async () => {
    const { say, settle, made, clock } = await openRoom()
    await say({ type: 'announce', from: HIGH, have: [], token: clock.now() })
    await settle()
    const [first] = made
    if (first === undefined) throw new Error('no offer')
    first.attempt.phase = {
      type: 'open',
      peer: { key: randomBytes(32) as never, certificate: null, epoch: 0 },
      proof: { localCandidate: 'relay', remoteCandidate: 'relay' },
    }
    await say({ type: 'announce', from: HIGH, have: [], token: clock.now() }) // the same one again
    await say({ type: 'announce', from: HIGH, have: [OWN], token: clock.now() + 1 })
    await say({ type: 'announce', from: HIGH })
    await settle()
    expect(made).toHaveLength(1)
    await say({ type: 'announce', from: HIGH, have: [], token: clock.now() + 1 })
    await settle()
    expect(made.map(({ attempt }) => attempt.phase.type)).toEqual(['closed', 'connecting'])
  })

  it('[LK66] acts once on an announce and on an offer, whatever became of it', async () => {
    const { say, settle, made } = await openRoom()
    const announce = { type: 'announce', from: HIGH, have: [], token: 5 }
    const offer = { type: 'signal', from: LOW, to: OWN, token: 6, offer: 6, signal: OFFER }
    await say(announce)
    await say(offer)
    await settle()
    expect(made.map(({ id }) => id)).toEqual([HIGH, LOW])
    for (const { attempt } of made) await attempt.destroy()
    await say(announce)
    await say(offer)
    await settle()
    expect(made).toHaveLength(2)
    await say({ ...announce, token: 7 })
    await say({ ...offer, token: 8, offer: 8 })
    await settle()
    expect(made).toHaveLength(4)
  })

  it('[LK66] passes over a signal that belongs to another offer', async () => {
    const { say, settle, made } = await openRoom()
    await say({ type: 'signal', from: LOW, to: OWN, token: 6, offer: 6, signal: OFFER })
    const candidate = (text: string): PeerSignal => ({
      type: 'candidate',
      candidate: { candidate: text, sdpMLineIndex: 0, sdpMid: '0' },
    })
    const signal = { type: 'signal', from: LOW, to: OWN, token: 6 }
    await say({ ...signal, offer: 5, signal: candidate('of an earlier one') })
    await say({ ...signal, offer: 6, signal: candidate('of this one') })
    await say({ ...signal, signal: candidate('of a stock client') })
    await settle()
    expect(made[0]?.attempt.signals.slice(1)).toEqual([
      candidate('of this one'),
      candidate('of a stock client'),
    ])
  })

  it('[LK6] neither offers to nor answers one that is denied', async () => {
    const { say, settle, made, denied, heard } = await openRoom()
    denied.add(HIGH).add(LOW)
    await say({ type: 'announce', from: HIGH })
    await say({ type: 'announce', from: LOW })
    await say({ type: 'signal', from: HIGH, to: OWN, token: 5, signal: OFFER })
    await settle()
    expect([made, heard.filter((one) => JSON.stringify(one).includes(`"to":"${LOW}"`))]).toEqual([
      [],
      [],
    ])
  })

  it('[LK65] leaves strings with a dot alone: a flood of them keeps no message of the room out', async () => {
    const { settle, made, tester, topic, key } = await openRoom()
    const announce = await sealRoomMessage({ type: 'announce', from: HIGH }, key)
    for (let count = 0; count < 300; count++) tester.publish(topic, 'k1.AAAA')
    expect(made).toEqual([])
    tester.publish(topic, announce)
    await settle()
    expect(made.map(({ id }) => id)).toEqual([HIGH])
  })

  it('[LK60] goes on after anything that can come in', async () => {
    const { say, settle, made, tester, topic, key } = await openRoom()
    const foreign = await sealRoomMessage({ type: 'announce', from: HIGH }, await makeKey())
    const cut = (await sealRoomMessage({ type: 'announce', from: HIGH }, key)).slice(0, 40)
    for (const data of [null, 7, {}, [], '', '%%%', 'AAAA', foreign, cut, 'k1.abc', 'a1.abc']) {
      tester.publish(topic, data)
    }
    for (const message of [
      { type: 'announce', from: OWN },
      { type: 'announce', from: 'short' },
      { type: 'announce', from: HIGH, to: 7 },
      { type: 'signal', from: HIGH, to: OWN, token: 1 },
      { type: 'signal', from: HIGH, to: OWN, token: 1, signal: { type: 'renegotiate' } },
      { type: 'signal', from: HIGH, to: OWN, token: 1, signal: { type: 'answer', sdp: 'v=0' } },
      { type: 'signal', from: HIGH, to: LOW, token: 1, signal: OFFER },
      { type: 'other', from: HIGH },
    ]) {
      await say(message)
    }
    await settle()
    expect(made).toEqual([])
  })

  it('[LK60] opens no bytes but a member’s, and never rejects', async () => {
    const key = await makeKey()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        expect(await openRoomMessage(buffer.toBase64(bytes), key)).toBeNull()
      }),
    )
    fc.assert(fc.property(fc.anything(), (value) => void parseRoomMessage(value)))
  })

  it('[LK64] announces again while nobody is there, within 30 s, and after each loss', async () => {
    const { clock, room, hub, heard } = await openRoom()
    const count = async (): Promise<number> => {
      await new Promise((resolve) => setImmediate(resolve))
      return hub.published.length
    }
    await expect.poll(count).toBe(1)
    for (let round = 2; round < 8; round++) {
      clock.advance(30_000)
      await expect.poll(count).toBeGreaterThanOrEqual(round)
    }
    room.settle()
    expect(clock.waiting).toBe(0)
    const lostMs = clock.now() // those from before are still being sealed: the token tells them apart
    room.announceLater()
    room.announceLater()
    expect(clock.waiting).toBe(1)
    clock.advance(1_000)
    const later = (): number => heard.filter((one) => tokenOf(one) > lostMs).length
    await expect.poll(later).toBe(1)
  })

  it('[LK54] announces within 250 ms of waking, once however often it is woken, and begins the back-off anew', async () => {
    const { clock, room, heard } = await openRoom()
    clock.advance(120_000) // the next announcement to nobody is many seconds away now
    clock.advance(1) // what was said until now carries an older token
    const wokenMs = clock.now()
    const later = (): number => heard.filter((one) => tokenOf(one) > wokenMs).length
    for (let times = 0; times < 5; times++) room.wake()
    expect(clock.waiting).toBe(1)
    clock.advance(250)
    await expect.poll(later).toBe(1)
    clock.advance(2_000)
    await expect.poll(later).toBe(2)
  })

  it('[LK64] tells a loss soon, however long it was alone before', async () => {
    const { clock, room, heard } = await openRoom()
    clock.advance(120_000) // the next announcement to nobody is many seconds away now
    clock.advance(1) // what was said until now carries an older token
    const lostMs = clock.now()
    room.announceLater()
    expect(clock.waiting).toBe(1)
    clock.advance(1_000)
    await expect
      .poll(
        () => heard.filter((one) => tokenOf(one) > lostMs && tokenOf(one) <= lostMs + 1_000).length,
      )
      .toBe(1)
  })

  it('[LK8] leaves topic, service and clock alone after close', async () => {
    const { room, clock, hub, tester } = await openRoom()
    room.close()
    room.close()
    tester.close()
    expect([clock.waiting, hub.subscriptions]).toEqual([0, 0])
  })
})
