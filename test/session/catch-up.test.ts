import { describe, expect, it } from 'vitest'
import type { ControlFrame, HaveFrame } from '../../client/link/control-frame.ts'
import type { Link } from '../../client/link/link.ts'
import { ANSWER_PATIENCE_MS, CatchUp, MAX_WANTS_A_MINUTE } from '../../client/session/catch-up.ts'
import { LogWorld, type LogPeer } from '../helpers/log-peer.ts'
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

  it('[LK44] answers over the link by which it was asked, though another is answered yet', async () => {
    const { shop, shopper } = await talk()
    const clock = new ManualClock()
    const catchUp = new CatchUp(shop.log, clock)
    const [gone, present] = [recordingLink(), recordingLink()]
    const ranges = shop.log
      .heads()
      .map(({ author, writer, sequence }) => ({ author, writer, from: 0, to: sequence }))
    const peer = { key: shopper.key, certificate: null, epoch: 0 }
    const answered = catchUp.answer({ epoch: 0, ranges }, gone.link, peer)
    await catchUp.answer({ epoch: 0, ranges }, present.link, peer)
    clock.advance(0)
    await turn()
    clock.advance(0)
    await answered
    expect([gone.sent.length, present.sent.length]).toEqual([1, 1])
  })

  it('[LG43] [LK49] asks for nothing once the log is closed', async () => {
    const { clock, first, newcomer } = await asking()
    newcomer.log.close()
    clock.advance(ANSWER_PATIENCE_MS)
    await turn()
    expect([first.sent.length, clock.waiting]).toEqual([1, 0])
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

  /** A newcomer that lacks the closed epoch of its peer, and has asked for it. */
  async function asking() {
    const { world, shop, shopper } = await talk()
    await shop.openEpoch(shopper)
    const newcomer = await world.peer({ self: shopper.self })
    await tellOpenings(shop, newcomer)
    const clock = new ManualClock()
    const catchUp = new CatchUp(newcomer.log, clock)
    const peer = { key: shop.key, certificate: null, epoch: 1 }
    const first = recordingLink()
    await catchUp.meet(shop.log.heads(), first.link, peer)
    expect(first.sent).toMatchObject([{ type: 'want' }])
    const meetOver = (link: Link): Promise<void> => catchUp.meet(shop.log.heads(), link, peer)
    return { newcomer, catchUp, clock, peer, first, meetOver }
  }

  it('[LK49] asks again, over the newest link, when a want stays without an answer for a minute', async () => {
    const { clock, first, meetOver } = await asking()
    const second = recordingLink()
    await meetOver(second.link) // the peer is there by another link now: its answer may come yet
    clock.advance(ANSWER_PATIENCE_MS - 1)
    await turn()
    expect([first.sent.length, second.sent.length]).toEqual([1, 0])
    clock.advance(1)
    await expect.poll(() => second.sent).toEqual(first.sent)
  })

  it('[LK49] waits on while parts of an answer come, and asks nobody who has gone', async () => {
    const { catchUp, clock, peer, first } = await asking()
    for (let part = 0; part < 3; part++) {
      clock.advance(ANSWER_PATIENCE_MS - 1)
      await catchUp.take({ type: 'have', epoch: 0, done: false, sealed: [] }, first.link, peer)
    }
    expect(clock.waiting).toBe(1)
    catchUp.forget([])
    expect(clock.waiting).toBe(0)
    expect(first.sent).toHaveLength(1)
  })

  it('[LK49] owes nothing to a want whose answer was empty', async () => {
    const { catchUp, clock, peer, first } = await asking()
    await catchUp.take({ type: 'have', epoch: 0, done: true, sealed: [] }, first.link, peer)
    expect([first.sent.length, clock.waiting]).toEqual([1, 0])
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

  it('[LK43] asks for one closed epoch and the next one, and for the one after when the first is here', async () => {
    const { shop, newcomer, catchUp, link, sent, peer } = await fourEpochs()
    await catchUp.meet(shop.log.heads(), link, peer)
    expect(epochsOf(sent)).toEqual([0, 1])
    await catchUp.take(haveOf(shop, sent, 0), link, peer)
    expect(epochsOf(sent)).toEqual([0, 1, 2])
    await catchUp.take(haveOf(shop, sent, 1), link, peer)
    await catchUp.take(haveOf(shop, sent, 2), link, peer)
    expect(epochsOf(sent)).toEqual([0, 1, 2])
    expect(newcomer.log.snapshot().entries).toHaveLength(4)
  })

  it('[LK43] asks on as soon as the last part has come, before it is stored', async () => {
    const { shop, newcomer, catchUp, link, sent, peer } = await fourEpochs()
    await catchUp.meet(shop.log.heads(), link, peer)
    let askedAtPut: readonly number[] | null = null
    newcomer.store.beforePut = () => void (askedAtPut ??= epochsOf(sent))
    await catchUp.take(haveOf(shop, sent, 0), link, peer)
    expect(askedAtPut).toEqual([0, 1, 2])
  })

  it('[LK44] takes the second answer to what was asked twice for none to the next want', async () => {
    const { shop, newcomer, catchUp, link, sent, peer, clock } = await fourEpochs()
    await catchUp.meet(shop.log.heads(), link, peer)
    clock.advance(ANSWER_PATIENCE_MS) // a slow peer: it answers both
    await expect.poll(() => epochsOf(sent)).toEqual([0, 1, 0, 1])
    const answers = [0, 0, 1, 1].map((index) => haveOf(shop, sent, index))
    for (const answer of answers) await catchUp.take(answer, link, peer)
    await catchUp.take(haveOf(shop, sent, 4), link, peer)
    expect(epochsOf(sent)).toEqual([0, 1, 0, 1, 2])
    expect(newcomer.log.snapshot().entries).toHaveLength(4)
  })

  it('[LK43] [LG103] has all from a peer that answers in the wrong order, with its next heads', async () => {
    const { shop, newcomer, catchUp, link, sent, peer } = await fourEpochs()
    await catchUp.meet(shop.log.heads(), link, peer)
    await catchUp.take(haveOf(shop, sent, 1), link, peer)
    await catchUp.take(haveOf(shop, sent, 0), link, peer)
    let taken = 2
    for (let heads = 0; heads < 2; heads++) {
      await catchUp.meet(shop.log.heads(), link, peer)
      while (taken < sent.length) await catchUp.take(haveOf(shop, sent, taken++), link, peer)
    }
    expect(newcomer.log.snapshot().entries).toHaveLength(4)
    expect(epochsOf(sent)).toEqual([0, 1, 2, 1, 2])
  })

  it('[LK43] asks who brings nothing for nothing more, before its next heads', async () => {
    const { shop, catchUp, link, sent, peer } = await fourEpochs()
    await catchUp.meet(shop.log.heads(), link, peer)
    for (let index = 0; index < 50; index++) {
      const empty = { type: 'have', epoch: index % 3, done: true, sealed: [] } as const
      await catchUp.take(empty, link, peer)
    }
    expect(epochsOf(sent)).toEqual([0, 1, 2])
    await catchUp.meet(shop.log.heads(), link, peer)
    expect(epochsOf(sent)).toEqual([0, 1, 2, 0, 1])
  })
})

/** Three closed epochs and an open one at the shop, and the shopper's device with an empty storage. */
async function fourEpochs() {
  const { world, shop, shopper } = await talk()
  for (const text of ['three', 'four']) {
    await shop.openEpoch(shopper)
    await shop.say(text)
  }
  await shop.openEpoch(shopper)
  const newcomer = await world.peer({ self: shopper.self })
  await tellOpenings(shop, newcomer)
  const clock = new ManualClock()
  const catchUp = new CatchUp(newcomer.log, clock)
  const peer = { key: shop.key, certificate: null, epoch: shop.log.epoch }
  return { shop, newcomer, catchUp, clock, peer, ...recordingLink() }
}

function wantsIn(sent: readonly ControlFrame[]): Extract<ControlFrame, { type: 'want' }>[] {
  return sent.filter((frame) => frame.type === 'want')
}

const epochsOf = (sent: readonly ControlFrame[]): number[] =>
  wantsIn(sent).map(({ epoch }) => epoch)

/** The whole answer to one of the wants, in one frame. */
function haveOf(shop: LogPeer, sent: readonly ControlFrame[], index: number): HaveFrame {
  const want = wantsIn(sent)[index]
  if (want === undefined) throw new Error('nothing was asked')
  return { type: 'have', epoch: want.epoch, done: true, sealed: [...shop.log.answer(want)] }
}
