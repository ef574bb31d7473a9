import { describe, expect, it } from 'vitest'
import { MAX_OPENINGS, openingsFrames } from '../../client/link/control-frame.ts'
import { talk } from '../helpers/shop-talk.ts'

describe('a peer that was away for many epochs', () => {
  it('[LK42] is told of all of them, in as many frames as it takes', async () => {
    const { shop, shopper } = await talk()
    const epochs = 2 * MAX_OPENINGS + 2
    for (let number = 0; number < epochs; number++) await shop.openEpoch(shopper)
    const frames = [...openingsFrames(shop.log.openings(shopper.log.epoch))]
    expect(frames.map(({ openings }) => openings.length)).toEqual([MAX_OPENINGS, MAX_OPENINGS, 2])
    for (const { openings } of frames) await shopper.log.receiveOpenings(openings)
    expect(shopper.log.epoch).toBe(epochs)
    expect([...openingsFrames([])]).toEqual([])
  })
})
