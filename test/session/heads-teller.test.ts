import { expect, describe, it } from 'vitest'
import { verifyHeads, type SignedHeads } from '../../client/conversation/heads.ts'
import type { ControlFrame } from '../../client/link/control-frame.ts'
import { HeadsTeller } from '../../client/session/heads-teller.ts'
import { LogWorld } from '../helpers/log-peer.ts'

const MESSAGES = 20

describe('telling heads', () => {
  it('[LK42] of a burst goes out in order, in fewer frames than there were changes, the last one with all', async () => {
    const world = new LogWorld()
    const shop = await world.device()
    const sent: SignedHeads[] = []
    let whole = (): void => undefined
    const isWhole = new Promise<void>((resolve) => (whole = resolve))
    const link = {
      send(frame: ControlFrame) {
        if (frame.type !== 'heads') throw new Error('heads only')
        sent.push(frame)
        if (frame.heads[0]?.sequence === MESSAGES - 1) whole()
      },
    }
    const teller = new HeadsTeller(shop.log, shop.signing)
    shop.log.subscribe(() => {
      for (let again = 0; again < 3; again++) void teller.tell(link)
    })
    for (let index = 0; index < MESSAGES; index++) await shop.say(`${index}`)
    await isWhole
    const sequences = sent.map(({ heads }) => heads[0]?.sequence ?? -1)
    expect(sequences).toEqual(sequences.toSorted((left, right) => left - right))
    expect(sent.length).toBeLessThan(3 * MESSAGES)
    for (const frame of sent) expect(await verifyHeads(frame, shop.log, shop.key)).toBe(true)
  })
})
