import { randomBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_LANE_FRAME_BYTES } from '../../client/link/file-lane.ts'
import { encodeRoom, LANE_WINDOW_BYTES, parseRoom } from '../../client/link/lane-room.ts'
import { End, openEnds, settle } from './guarded-end.ts'
import { makeMemoryChannels } from './memory-channel.ts'

const frameOf = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7)
const laneOf = ({ channel }: End): NonNullable<typeof channel.fileLane> => {
  if (channel.fileLane === null) throw new Error('the channel is not open')
  return channel.fileLane
}

/** What this end takes, each frame at once. */
function takeAll(end: End): Uint8Array[] {
  const taken: Uint8Array[] = []
  laneOf(end).onFrame((frame) => {
    taken.push(frame)
    return Promise.resolve()
  })
  return taken
}

describe('file channel', () => {
  it('[LK90] carries frames of one byte and of the longest length, sealed', async () => {
    const [left, right] = await openEnds()
    const taken = takeAll(right)
    const frames = [frameOf(1), frameOf(MAX_LANE_FRAME_BYTES)]
    for (const frame of frames) expect(await laneOf(left).send(frame)).toBe(true)
    await expect.poll(() => taken).toEqual(frames)
    expect(left.rawFiles.sent.map(({ length }) => length <= 16 * 1024)).toEqual([true, true])
    for (const sent of left.rawFiles.sent) {
      expect(Buffer.from(sent).includes(Buffer.from(frameOf(1_000)))).toBe(false)
    }
  })

  it('[LK90] throws on a frame that is empty or too long', async () => {
    const [left] = await openEnds()
    for (const bytes of [0, MAX_LANE_FRAME_BYTES + 1]) {
      expect(() => laneOf(left).send(frameOf(bytes))).toThrow(RangeError)
    }
  })

  it('[LK91] has no lane and sends nothing before the handshake', async () => {
    const [left] = makeMemoryChannels()
    const [files] = makeMemoryChannels()
    const end = new End(left, true, files)
    left.open()
    files.open()
    await expect.poll(() => end.clock.waiting).toBe(1)
    expect([end.channel.fileLane, files.sent]).toEqual([null, []])
  })

  it('[LK91] refuses a peer that sends a byte here before the handshake', async () => {
    const [left] = makeMemoryChannels()
    const [files, peerFiles] = makeMemoryChannels()
    const end = new End(left, true, files)
    for (const channel of [left, files, peerFiles]) channel.open()
    peerFiles.send(Uint8Array.of(1))
    await expect.poll(() => end.failures).toEqual(['peer-refused'])
    expect([files.readyState, end.closed, end.clock.waiting]).toEqual(['closed', 1, 0])
  })

  it('[LK91] does not take what was sealed for one channel on the other', async () => {
    // The handshake took numbers 0 and 1 of channel 0: number 2 is the next on both.
    const [left, right] = await openEnds()
    const taken = takeAll(right)
    for (let number = 0; number <= 2; number++) await laneOf(left).send(frameOf(100))
    await expect.poll(() => taken.length).toBe(3)
    const onFiles = left.rawFiles.sent[2] ?? new Uint8Array()
    left.raw.send(Uint8Array.of(1, 2, ...onFiles.subarray(1))) // as a control frame
    await expect.poll(() => right.failures).toEqual(['peer-refused'])

    const [other, taker] = await openEnds()
    const takenNow = takeAll(taker)
    for (let number = 0; number <= 1; number++) await laneOf(other).send(frameOf(100))
    await expect.poll(() => takenNow.length).toBe(2)
    await settle(other, taker)
    const onMessages = other.raw.sent.find((frame) => frame[1] === 2) ?? new Uint8Array()
    other.rawFiles.send(Uint8Array.of(1, ...onMessages.subarray(2)))
    await expect.poll(() => taker.failures).toEqual(['peer-refused'])
  })

  it('[LK91] refuses a frame that is played again, left out, reflected, or is none', async () => {
    const hostile = [
      ([left]: readonly [End, End]) => left.rawFiles.sent[0] ?? new Uint8Array(),
      ([, right]: readonly [End, End]) => right.rawFiles.sent[0] ?? new Uint8Array(),
      () => new Uint8Array(),
      () => Uint8Array.of(1),
      () => randomBytes(500),
      () => Uint8Array.of(1, ...randomBytes(20_000)),
    ]
    for (const make of hostile) {
      const ends = await openEnds()
      const [left, right] = ends
      const [onLeft, onRight] = [takeAll(left), takeAll(right)]
      await Promise.all([laneOf(left).send(frameOf(9)), laneOf(right).send(frameOf(9))])
      await expect.poll(() => [onLeft.length, onRight.length]).toEqual([1, 1])
      left.rawFiles.send(make(ends))
      await expect.poll(() => right.failures).toEqual(['peer-refused'])
      expect(onRight).toHaveLength(1)
    }
    const [, right] = await openEnds()
    right.rawFiles.onmessage?.({ data: 'text' })
    expect(right.failures).toEqual(['peer-refused'])
  })

  it('[LK92] refuses a peer that sends more than it was told there is room for', async () => {
    const [left, right] = await openEnds()
    let isDone = (): void => undefined
    laneOf(right).onFrame(() => new Promise<void>((resolve) => (isDone = resolve)))
    // A left end that believes to have been told of all the room there is.
    right.channel.sendControl(encodeRoom(2 ** 40))
    await settle(right, left)
    const frames = Math.floor(LANE_WINDOW_BYTES / MAX_LANE_FRAME_BYTES)
    for (let sent = 0; sent < frames; sent++) await laneOf(left).send(frameOf(16_000))
    await expect.poll(() => left.rawFiles.bufferedAmount).toBe(0)
    expect(right.failures).toEqual([])
    await laneOf(left).send(frameOf(16_000))
    await expect.poll(() => right.failures).toEqual(['peer-refused'])
    isDone()
  })

  it('[LK92] gives room back as frames are taken, and stops when nobody takes them', async () => {
    const [left, right] = await openEnds()
    let taken = 0
    const take = (): Promise<void> => {
      taken++
      return Promise.resolve()
    }
    const frames = Math.ceil(LANE_WINDOW_BYTES / 16_000) + 10
    const end = laneOf(right).onFrame(take)
    for (let sent = 0; sent < frames; sent++) {
      expect(await laneOf(left).send(frameOf(16_000))).toBe(true)
    }
    await expect.poll(() => taken).toBe(frames)
    end()
    const late = Array.from({ length: frames }, () => laneOf(left).send(frameOf(16_000)))
    const outcome = Promise.all(late)
    await settle(left, right)
    await expect.poll(() => left.clock.waiting).toBeGreaterThan(0)
    expect(taken).toBe(frames)
    laneOf(right).onFrame(take)
    expect((await outcome).every((hasLeft) => hasLeft)).toBe(true)
    await expect.poll(() => taken).toBe(2 * frames)
  })

  it('[LK92] holds back at 1 MiB in the channel and goes on below 512 KiB', async () => {
    const [left, right] = await openEnds()
    const taken = takeAll(right)
    left.rawFiles.stalled = true
    right.channel.sendControl(encodeRoom(2 ** 40))
    await settle(right, left)
    let hasLeft = 0
    for (let sent = 0; sent < 100; sent++) {
      void laneOf(left)
        .send(frameOf(16_000))
        .then(() => hasLeft++)
    }
    await expect.poll(() => hasLeft).toBe(65)
    await settle(left, right)
    expect(hasLeft).toBe(65)
    expect(left.rawFiles.bufferedAmount).toBeGreaterThan(1000 * 1024)
    expect(left.rawFiles.bufferedAmount).toBeLessThanOrEqual(1024 * 1024)
    left.rawFiles.flush(500 * 1024)
    await settle(left, right)
    expect(hasLeft).toBe(65)
    left.rawFiles.flush(100 * 1024)
    await expect.poll(() => hasLeft).toBeGreaterThan(95)
    expect(taken.length).toBeGreaterThan(30)
  })

  it('[LK23] goes on when the buffer has emptied and nobody tells so', async () => {
    const [left, right] = await openEnds()
    const taken = takeAll(right)
    left.rawFiles.stalled = true
    left.rawFiles.tellsLow = false
    right.channel.sendControl(encodeRoom(2 ** 40))
    await settle(right, left)
    let hasLeft = 0
    for (let sent = 0; sent < 70; sent++) {
      void laneOf(left)
        .send(frameOf(16_000))
        .then(() => hasLeft++)
    }
    await expect.poll(() => hasLeft).toBe(65)
    left.rawFiles.flush()
    await expect.poll(() => taken.length).toBe(65)
    await settle(left, right)
    expect(hasLeft).toBe(65)
    left.clock.advance(250)
    await expect.poll(() => hasLeft).toBe(70)
  })

  it('[LK93] gives a frame up that finds no room for 30 s, and sends the next one when there is', async () => {
    const [left, right] = await openEnds()
    // A peer without such a channel looks the same: it never tells of room.
    const before = left.clock.waiting
    const given = laneOf(left).send(frameOf(10))
    await expect.poll(() => left.clock.waiting).toBe(before + 1)
    left.clock.advance(30_000)
    expect(await given).toBe(false)
    const taken = takeAll(right)
    expect(await laneOf(left).send(frameOf(20))).toBe(true)
    await expect.poll(() => taken).toEqual([frameOf(20)])
  })

  it('[LK93] ends with the connection, and lets nobody wait', async () => {
    const [left, right] = await openEnds()
    const lane = laneOf(left)
    const waiting = [lane.send(frameOf(10)), lane.send(frameOf(10))]
    right.channel.close()
    expect(await Promise.all(waiting)).toEqual([false, false])
    expect([left.channel.fileLane, right.channel.fileLane]).toEqual([null, null])
    expect(await lane.send(frameOf(10))).toBe(false)
    await expect.poll(() => left.closed).toBe(1)
    expect([left.clock.waiting, right.clock.waiting]).toEqual([0, 0])
    expect([left.rawFiles.readyState, right.rawFiles.readyState]).toEqual(['closed', 'closed'])
  })

  it('[LK93] a peer that closes this channel alone loses nothing but files', async () => {
    const [left, right] = await openEnds()
    const waiting = laneOf(left).send(frameOf(10))
    right.rawFiles.close()
    expect(await waiting).toBe(false)
    await expect.poll(() => left.channel.fileLane).toBe(null)
    await settle(left, right)
    expect([left.failures, left.closed]).toEqual([[], 0])
  })

  it('[LK40] [LK41] room comes back from its bytes as it was, and no other bytes are room', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 47 }), (total) => {
        expect(parseRoom(encodeRoom(total))).toBe(total)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const total = parseRoom(bytes)
        if (total !== null) expect(encodeRoom(total)).toEqual(bytes)
      }),
    )
  })
})
