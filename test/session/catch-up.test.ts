import { describe, expect, it } from 'vitest'
import type { ControlFrame } from '../../client/link/control-frame.ts'
import type { Link } from '../../client/link/link.ts'
import { CatchUp, MAX_WANTS_A_MINUTE } from '../../client/session/catch-up.ts'
import { LogWorld } from '../helpers/log-peer.ts'
import { ManualClock } from '../helpers/manual-clock.ts'
import { tellOpenings } from '../helpers/log-repair.ts'
import { talk } from '../helpers/shop-talk.ts'

/** A link that keeps what is sent over it. */
function recordingLink(): { readonly link: Link; readonly sent: ControlFrame[] } {
  const sent: ControlFrame[] = []
  const link: Link = {
    state: () => ({ type: 'waiting' }),
    subscribe: () => () => undefined,
    send: (frame) => void sent.push(frame),
    onControl: () => () => undefined,
    files: () => null,
    wake: () => undefined,
    close: () => undefined,
  }
  return { link, sent }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('catching up', () => {
  it('[LK44] answers one want of a peer at a time, and so many a minute', async () => {
    const world = new LogWorld()
    const [shop, shopper] = [await world.device(), await world.peer()]
    await shop.say('one')
    const clock = new ManualClock()
    const catchUp = new CatchUp(shop.log, clock)
    const { link, sent } = recordingLink()
    const peer = { key: shopper.key, certificate: null, epoch: 0 }
    const ranges = shop.log
      .heads()
      .map(({ author, writer, sequence }) => ({ author, writer, from: 0, to: sequence }))
    const ask = (): void => void catchUp.answer({ epoch: 0, ranges }, link, peer)
    for (let index = 0; index < 300; index++) ask()
    clock.advance(0)
    await turn()
    expect(sent).toHaveLength(1)
    for (let index = 0; index < 300; index++) {
      ask()
      clock.advance(0)
      await turn()
    }
    expect(sent).toHaveLength(MAX_WANTS_A_MINUTE)
    clock.advance(60_000)
    ask()
    clock.advance(0)
    await turn()
    expect(sent).toHaveLength(MAX_WANTS_A_MINUTE + 1)
  })

  it('[LK44] stops answering a peer that has gone', async () => {
    const { shop, shopper } = await talk()
    const clock = new ManualClock()
    const catchUp = new CatchUp(shop.log, clock)
    const { link, sent } = recordingLink()
    const [head] = shop.log.heads()
    if (head === undefined) throw new Error('nothing was said')
    const { author, writer, sequence } = head
    const want = { epoch: 0, ranges: [{ author, writer, from: 0, to: sequence }] }
    const answered = catchUp.answer(want, link, { key: shopper.key, certificate: null, epoch: 0 })
    catchUp.forget([])
    clock.advance(0)
    await answered
    expect(sent).toEqual([])
  })

  it('[LK44] calls a peer hostile that answers with what nobody sealed', async () => {
    const { world, shop, shopper } = await talk()
    await shop.openEpoch(shopper)
    const newcomer = await world.peer({ self: shopper.self })
    await tellOpenings(shop, newcomer)
    const catchUp = new CatchUp(newcomer.log, new ManualClock())
    const { link, sent } = recordingLink()
    const peer = { key: shop.key, certificate: null, epoch: 1 }
    const forged = { type: 'have', epoch: 0, done: true, sealed: [new Uint8Array(300)] } as const
    expect(await catchUp.take(forged, link, peer)).toBe('taken') // nobody asked
    await catchUp.meet(shop.log.heads(), link, peer)
    expect(sent).toMatchObject([{ type: 'want' }])
    expect(await catchUp.take(forged, link, peer)).toBe('hostile')
  })
})
