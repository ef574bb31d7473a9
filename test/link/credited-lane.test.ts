import { beforeEach, describe, expect, it } from 'vitest'
import { CreditedLane } from '../../client/link/credited-lane.ts'
import { LANE_WINDOW_BYTES } from '../../client/link/lane-room.ts'
import { ManualClock } from '../helpers/manual-clock.ts'

const FRAME = new Uint8Array(16_000)

describe('a lane whose peer gives room', () => {
  let clock: ManualClock
  let sent: Uint8Array[]
  let rooms: number[]
  let hasSpace: boolean
  let lane: CreditedLane

  beforeEach(() => {
    clock = new ManualClock()
    sent = []
    rooms = []
    hasSpace = true
    lane = new CreditedLane({
      clock,
      hasSpaceFor: () => hasSpace,
      transmit: (frame) => sent.push(frame) > 0,
      tellRoom: (total) => void rooms.push(total),
    })
  })

  /** Lets every promise that can settle do so. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  it('[LK93] one that says the same number again and again, or gives crumbs, holds a frame 30 s and no longer', async () => {
    const leaves = lane.send(FRAME)
    await settle()
    for (let second = 1; second <= 30; second++) {
      lane.granted(second * 10)
      lane.granted(second * 10)
      clock.advance(1_000)
      await settle()
    }
    expect(await leaves).toBe(false)
    expect(sent).toEqual([])
  })

  it('[LK93] a slow link of one’s own loses no frame', async () => {
    hasSpace = false
    const leaves = lane.send(FRAME)
    lane.granted(LANE_WINDOW_BYTES)
    await settle()
    clock.advance(120_000)
    await settle()
    expect(sent).toEqual([])
    hasSpace = true
    lane.look()
    expect(await leaves).toBe(true)
  })

  it('[LK92] a window holds a few thousand frames, however short they are', () => {
    lane.onFrame(() => new Promise(() => undefined))
    const frames = LANE_WINDOW_BYTES / 1_024
    for (let index = 0; index < frames; index++) {
      expect(lane.receive(Uint8Array.of(1))).toBe(true)
    }
    expect(lane.receive(Uint8Array.of(1))).toBe(false)
  })

  it('[LK90] a taker that fails ends the lane: no stream goes on with a hole', async () => {
    let taken = 0
    lane.onFrame(() => {
      taken++
      return Promise.reject(new Error('disk full'))
    })
    lane.receive(Uint8Array.of(1))
    lane.receive(Uint8Array.of(2))
    await settle()
    expect(taken).toBe(1)
    expect(await lane.send(FRAME)).toBe(false)
  })
})
