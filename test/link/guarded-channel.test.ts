import * as encoding from 'lib0/encoding'
import { randomBytes } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { encodeControl } from '../../client/link/control-codec.ts'
import { splitMessage } from '../../client/link/frame-codec.ts'
import { PacedSender } from '../../client/link/paced-sender.ts'
import { encodeStep1, parseSyncMessage } from '../../client/link/sync-message.ts'
import { makeSigningPair } from '../helpers/log-peer.ts'
import { ManualClock } from '../helpers/manual-clock.ts'
import { End, openEnds, settle } from './guarded-end.ts'
import { makeMemoryChannels, type MemoryChannel } from './memory-channel.ts'

function syncMessage(step: 1 | 2, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, bytes)
  return encoding.toUint8Array(encoder)
}

function updateOf(name: string): Uint8Array {
  const doc = new Y.Doc()
  doc.getMap('log').set(name, randomBytes(8))
  return Y.encodeStateAsUpdate(doc)
}

describe('guarded channel', () => {
  it('[LK2] does not open, and sends nothing, without relay proof', async () => {
    const [left, right] = makeMemoryChannels()
    const end = new End(left, true)
    end.proof = null
    new End(right, false)
    left.open()
    await expect.poll(() => end.failures).toEqual(['relay-not-proven'])
    expect([left.sent, end.channel.readyState, end.closed]).toEqual([[], 'closed', 1])
  })

  it('[LK6] sends a refused peer no sync message, whatever y-webrtc wants', async () => {
    const [left, right] = makeMemoryChannels()
    const [refusing, refused] = [new End(left, true), new End(right, false)]
    refusing.admits = false
    left.open()
    right.open()
    refusing.channel.send(syncMessage(2, updateOf('secret')))
    await expect.poll(() => refusing.failures).toEqual(['peer-refused'])
    await expect.poll(() => refused.failures).toEqual(['interrupted'])
    expect(left.sent.filter((frame) => (frame[1] ?? 0) !== 0)).toEqual([])
  })

  it('[LK17] gives the handshake 10 s', async () => {
    const [left] = makeMemoryChannels()
    const end = new End(left, true)
    left.open()
    await expect.poll(() => end.clock.waiting).toBe(1)
    end.clock.advance(9_999)
    expect(end.failures).toEqual([])
    end.clock.advance(1)
    await expect.poll(() => end.failures).toEqual(['interrupted'])
    expect(end.clock.waiting).toBe(0)
  })

  it('[LK30] carries sync, and drops awareness both ways', async () => {
    const [left, right] = await openEnds()
    const awareness = Uint8Array.of(1, 1, 0)
    const update = syncMessage(2, updateOf('a'))
    left.channel.send(awareness)
    left.channel.send(update)
    for (const frame of splitMessage({ kind: 'sync', bytes: awareness })) left.raw.send(frame)
    await settle(left, right)
    expect(right.delivered).toEqual([update])
    expect(left.raw.sent.filter((frame) => frame[1] === 1)).toHaveLength(2)
  })

  it('[LK31] passes a well-formed step1 on, and no other', async () => {
    const [left, right] = await openEnds()
    left.channel.send(encodeStep1(Uint8Array.of(255, 255)))
    left.channel.send(encodeStep1(Uint8Array.of(0)))
    await settle(left, right)
    expect(right.delivered).toEqual([encodeStep1(Uint8Array.of(0))])
    expect(right.judged).toEqual([])
  })

  it('[LK32] lets y-webrtc see only what the log accepts', async () => {
    const [left, right] = await openEnds()
    const [held, accepted] = [syncMessage(2, updateOf('a')), syncMessage(2, updateOf('b'))]
    right.verdict = { type: 'hold', reason: 'gap' }
    left.channel.send(held)
    await settle(left, right)
    right.verdict = { type: 'accept' }
    left.channel.send(accepted)
    await settle(left, right)
    expect(right.judged).toHaveLength(2)
    expect(right.delivered).toEqual([accepted])
  })

  it('[LK32] asks again for what it held, later each time, until it has come', async () => {
    const [left, right] = await openEnds()
    right.verdict = { type: 'hold', reason: 'gap' }
    left.channel.send(syncMessage(2, updateOf('a')))
    await settle(left, right)
    expect(left.delivered).toEqual([])
    right.clock.advance(1_000)
    await settle(right, left)
    expect(left.delivered).toEqual([encodeStep1(Uint8Array.of(0))])
    right.clock.advance(60_000)
    await settle(right, left)
    const asked = left.delivered.length
    expect(asked).toBeGreaterThan(1)
    right.verdict = { type: 'accept' }
    left.channel.send(syncMessage(1, updateOf('a')))
    await settle(left, right)
    right.clock.advance(600_000)
    await settle(right, left)
    expect(left.delivered).toHaveLength(asked)
  })

  it('[LK32] cuts off a peer whose update is refused, and hears nothing more of it', async () => {
    const [left, right] = await openEnds()
    right.verdict = { type: 'refuse', reason: 'bad-seal' }
    left.channel.send(syncMessage(2, updateOf('a')))
    left.channel.send(syncMessage(2, updateOf('b')))
    await expect.poll(() => right.failures).toEqual(['peer-refused'])
    await expect.poll(() => left.closed).toBe(1)
    expect([right.judged.length, right.delivered]).toEqual([1, []])
    expect([left.clock.waiting, right.clock.waiting]).toEqual([0, 0])
  })

  it('[LK32] keeps a peer that only passed on what another author is to blame for, and asks it again', async () => {
    const [left, right] = await openEnds()
    right.verdict = { type: 'refuse', reason: 'bad-lamport', author: makeSigningPair().publicKey }
    left.channel.send(syncMessage(2, updateOf('a')))
    await expect.poll(() => right.judged.length).toBe(1)
    await settle(left, right)
    expect([right.failures, right.delivered, left.closed]).toEqual([[], [], 0])
    const asked = left.delivered.length
    right.clock.advance(600_000)
    await settle(right, left)
    expect(left.delivered.length).toBeGreaterThan(asked)
    right.verdict = { type: 'accept' }
    left.channel.send(syncMessage(2, updateOf('b')))
    await expect.poll(() => right.delivered.length).toBeGreaterThan(0)
  })

  it('[LK33] does not send an update back to the peer that it is from', async () => {
    const [left, right] = await openEnds()
    const [own, others] = [updateOf('a'), updateOf('b')]
    left.channel.send(syncMessage(2, own))
    await settle(left, right)
    right.channel.send(syncMessage(2, own))
    right.channel.send(syncMessage(2, others))
    await settle(right, left)
    expect(left.judged).toEqual([others])
  })

  it('[LK34] keeps what comes while the own end is not open yet, 1 MiB at most', async () => {
    const early = async (bytes: number): Promise<End> => {
      const [left, right] = makeMemoryChannels()
      const end = new End(left, true)
      left.open()
      right.open()
      for (const frame of splitMessage({
        kind: 'sync',
        bytes: encodeStep1(new Uint8Array(bytes)),
      })) {
        right.send(frame)
      }
      await expect.poll(() => right.bufferedAmount).toBe(0)
      return end
    }
    expect((await early(1_000_000)).failures).toEqual([])
    expect((await early(1_100_000)).failures).toEqual(['peer-refused'])
  })

  it('[LK35] asks again when the first answer does not come', async () => {
    const [left, right] = await openEnds()
    right.clock.advance(6_000)
    await settle(right, left)
    expect(left.delivered.map((bytes) => parseSyncMessage(bytes)?.type)).toEqual(['step1'])
  })

  it('[LK36] asks again for what it held once history has come, and not before', async () => {
    const [left, right] = await openEnds()
    right.verdict = { type: 'hold', reason: 'missing-parents' }
    for (let held = 0; held < 9; held++) {
      left.channel.send(syncMessage(1, updateOf('a'))) // a long back-off by now
      await settle(left, right)
      right.clock.advance(60_000)
      await settle(right, left)
    }
    const asked = left.delivered.length
    for (let part = 0; part < 20; part++) {
      left.channel.sendControl(encodeControl({ type: 'have', epoch: 0, done: false, sealed: [] }))
      await settle(left, right)
      right.clock.advance(499)
      await settle(right, left)
    }
    expect(left.delivered).toHaveLength(asked)
    right.clock.advance(1)
    await settle(right, left)
    expect(left.delivered).toHaveLength(asked + 1)
    // Once it is there, history brings no more asking.
    right.verdict = { type: 'accept' }
    left.channel.send(syncMessage(1, updateOf('a')))
    await settle(left, right)
    left.channel.sendControl(encodeControl({ type: 'have', epoch: 0, done: true, sealed: [] }))
    await settle(left, right)
    right.clock.advance(600_000)
    await settle(right, left)
    expect(left.delivered).toHaveLength(asked + 1)
  })

  it('[LK41] cuts off a peer that plays a control frame again', async () => {
    const [left, right] = await openEnds()
    await settle(left, right)
    const again = left.raw.sent.find((frame) => frame[1] === 2)
    left.raw.send(again ?? new Uint8Array())
    await expect.poll(() => right.failures).toEqual(['peer-refused'])
    expect(right.controls).toHaveLength(1)
  })

  it('[LK21] cuts off a peer that sends text, or frames against the rules', async () => {
    for (const data of ['hello', new Uint8Array([9, 9, 9]).buffer]) {
      const [, right] = await openEnds()
      right.raw.onmessage?.({ data })
      expect(right.failures).toEqual(['peer-refused'])
    }
  })

  it('[LK37] gives a peer up that does not stir in three turns after waking', async () => {
    const [left, right] = await openEnds()
    left.channel.send(syncMessage(1, updateOf('a')))
    await settle(left, right)
    right.raw.stalled = true
    right.channel.wake()
    right.channel.wake()
    expect(right.clock.waiting).toBe(1)
    right.clock.advance(2_999)
    expect(right.closed).toBe(0)
    right.clock.advance(1)
    expect([right.closed, right.failures, right.clock.waiting]).toEqual([1, [], 0])
  })

  it('[LK37] asks what every peer answers, once, and keeps one from which anything comes', async () => {
    const [left, right] = await openEnds()
    left.channel.send(syncMessage(1, updateOf('a')))
    await settle(left, right)
    const before = left.delivered.length
    right.channel.wake()
    right.channel.wake()
    await settle(right, left)
    expect(left.delivered.slice(before)).toEqual([encodeStep1(Uint8Array.of(0))])
    right.clock.advance(2_999)
    left.channel.sendControl(encodeControl({ type: 'typing', active: true }))
    await expect.poll(() => right.clock.waiting).toBe(0)
    right.clock.advance(60_000)
    expect(right.closed).toBe(0)
  })

  it('[LK37] counts no turn in which more of what waits has left', async () => {
    const [left, right] = await openEnds()
    left.channel.send(syncMessage(1, updateOf('a')))
    await settle(left, right)
    right.raw.stalled = true
    right.raw.other = null // what leaves is not answered
    for (let sent = 0; sent < 10; sent++) right.channel.send(syncMessage(1, updateOf(`${sent}`)))
    right.channel.wake()
    for (let turn = 0; turn < 8; turn++) {
      right.raw.flush(1)
      right.clock.advance(1_000)
    }
    expect(right.closed).toBe(0)
    right.clock.advance(3_000)
    expect(right.closed).toBe(1)
  })

  it('[LK37] asks nothing while it is not open', async () => {
    const [raw] = makeMemoryChannels()
    const end = new End(raw, true)
    end.channel.wake()
    raw.open()
    await expect.poll(() => raw.sent.length).toBe(1)
    end.channel.wake()
    end.channel.close()
    end.channel.wake()
    await expect.poll(() => end.clock.waiting).toBe(0)
    expect(raw.sent.map((frame) => frame[1])).toEqual([0])
  })

  it('[LK38] ends when what takes a message throws', async () => {
    const [left, right] = await openEnds()
    const thrown: unknown[] = []
    const keep = (error: unknown): unknown => thrown.push(error)
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', keep)
    try {
      right.channel.onmessage = () => {
        throw new Error('y-webrtc cannot go on')
      }
      left.channel.send(encodeStep1(Uint8Array.of(0)))
      await expect.poll(() => right.closed).toBe(1)
      await expect.poll(() => thrown).toEqual([new Error('y-webrtc cannot go on')])
    } finally {
      process.removeListener('unhandledRejection', keep)
      for (const other of others) process.on('unhandledRejection', other)
    }
  })

  it('[LK8] closes twice without harm', async () => {
    const [left, right] = await openEnds()
    left.channel.close()
    left.channel.close()
    await expect.poll(() => right.closed).toBe(1)
    expect([left.closed, left.failures, left.clock.waiting, right.clock.waiting]).toEqual([
      1,
      [],
      0,
      0,
    ])
  })
})

function startSender(raw: MemoryChannel): {
  readonly sender: PacedSender
  readonly clock: ManualClock
  readonly broken: () => number
} {
  const clock = new ManualClock()
  let broken = 0
  const sender = new PacedSender({ channel: raw, clock, onBroken: () => broken++ })
  return { sender, clock, broken: () => broken }
}

describe('paced sender', () => {
  it('[LK22] holds back at 1 MiB and goes on below 512 KiB', () => {
    const [raw, other] = makeMemoryChannels()
    raw.stalled = true
    raw.open()
    let received = 0
    other.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) received += data.byteLength - 2
    }
    const { sender } = startSender(raw)
    expect(sender.send({ kind: 'sync', bytes: new Uint8Array(3 * 1024 * 1024) })).toBe(true)
    expect(raw.bufferedAmount).toBeLessThanOrEqual(1024 * 1024)
    expect(raw.bufferedAmount).toBeGreaterThan(1000 * 1024)
    raw.flush(400 * 1024)
    expect(raw.bufferedAmount).toBeLessThan(640 * 1024)
    raw.flush(200 * 1024)
    expect(raw.bufferedAmount).toBeGreaterThan(900 * 1024)
    raw.flush()
    raw.flush()
    raw.flush()
    expect([received, sender.waitingBytes]).toEqual([3 * 1024 * 1024, 0])
  })

  it('[LK22] lets go a peer that is 64 MiB behind', () => {
    const [raw] = makeMemoryChannels()
    raw.stalled = true
    raw.open()
    const { sender } = startSender(raw)
    const bytes = new Uint8Array(30 * 1024 * 1024)
    expect([1, 2, 3].map(() => sender.send({ kind: 'sync', bytes }))).toEqual([true, true, false])
  })

  it('[LK23] goes on when the buffer has emptied and nobody tells so', () => {
    const [raw, other] = makeMemoryChannels()
    raw.stalled = true
    raw.tellsLow = false
    raw.open()
    let received = 0
    other.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) received += data.byteLength - 2
    }
    const { sender, clock } = startSender(raw)
    sender.send({ kind: 'sync', bytes: new Uint8Array(2 * 1024 * 1024) })
    raw.flush(400 * 1024)
    clock.advance(250)
    expect(raw.bufferedAmount).toBeLessThan(640 * 1024) // not below 512 KiB yet
    for (let look = 0; look < 4; look++) {
      raw.flush()
      clock.advance(250)
    }
    expect([received, sender.waitingBytes, clock.waiting]).toEqual([2 * 1024 * 1024, 0, 0])
  })

  it('[LK23] tells that what waits cannot leave any more, and looks no more after its end', () => {
    const [raw] = makeMemoryChannels()
    raw.stalled = true
    raw.open()
    const { sender, clock, broken } = startSender(raw)
    sender.send({ kind: 'sync', bytes: new Uint8Array(2 * 1024 * 1024) })
    expect(clock.waiting).toBe(1)
    raw.send = () => {
      throw new Error('OperationError')
    }
    raw.flush()
    expect(broken()).toBe(1)
    raw.bufferedAmount = 1024 * 1024
    sender.send({ kind: 'sync', bytes: new Uint8Array(1) })
    sender.end()
    expect([clock.waiting, raw.onbufferedamountlow]).toEqual([0, null])
  })
})
