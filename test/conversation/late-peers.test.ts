import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { Want } from '../../client/conversation/history.ts'
import type { Verdict } from '../../client/conversation/log.ts'
import { arenaIn, type Arena } from '../helpers/log-arena.ts'
import { ATTACKS } from '../helpers/log-attacks.ts'
import type { LogPeer } from '../helpers/log-peer.ts'
import { repair, tellOpenings } from '../helpers/log-repair.ts'
import { MemoryEpochs } from '../helpers/memory-epochs.ts'
import { MemoryStore } from '../helpers/memory-store.ts'
import { expectSame, isRefusal } from '../helpers/shop-talk.ts'

/** An honest peer that is behind or has lost something, beside a shop that has all. */
type Late = {
  readonly late: LogPeer
  readonly shop: LogPeer
  readonly frames: readonly Uint8Array[]
}

/** What a shopper's storage holds at some moment; `frames` are all that honest replicas broadcast. */
async function history() {
  const arena = await arenaIn(0)
  const { shop, victim: shopper, mallory } = arena
  const frames: Uint8Array[] = []
  const backups: { readonly store: MemoryStore; readonly epochs: MemoryEpochs }[] = []
  for (let epoch = 0; epoch < 3; epoch++) {
    if (epoch > 0) await shop.openEpoch(shopper, mallory)
    await repair([shop, shopper, mallory])
    for (let turn = 0; turn < 3; turn++) {
      for (const peer of [shop, shopper]) frames.push(await peer.sayAsUpdate(`${epoch}.${turn}`))
      if (turn === 1) backups.push({ store: shopper.store.copy(), epochs: shopper.epochs.copy() })
      await repair([shop, shopper, mallory])
    }
    frames.push(shop.wholeUpdate(), shopper.wholeUpdate())
  }
  return { arena, shop, shopper, frames, backups }
}

type History = Awaited<ReturnType<typeof history>>

/** The shopper again, over other storage. */
async function again(
  { arena, shopper }: History,
  over: Partial<{ store: MemoryStore; epochs: MemoryEpochs; writer: LogPeer['writer'] }>,
): Promise<LogPeer> {
  shopper.log.close()
  return arena.world.peer({ self: shopper.self, ...over })
}

const STATES: readonly (readonly [string, (past: History) => Promise<LogPeer>])[] = [
  ['has nothing, not even openings', (past) => again(past, {})],
  ['has the openings alone', (past) => again(past, { epochs: past.shopper.epochs })],
  ['has a backup of epoch 0', (past) => again(past, past.backups[0] ?? {})],
  ['has a backup of epoch 1', (past) => again(past, past.backups[1] ?? {})],
  ['has a backup of the open epoch', (past) => again(past, past.backups[2] ?? {})],
  [
    'is a copied profile of epoch 1, under the old writer',
    (past) => again(past, { ...past.backups[1], writer: past.shopper.writer }),
  ],
  [
    'has lost its openings alone',
    (past) => again(past, { store: past.shopper.store, writer: past.shopper.writer }),
  ],
  [
    'has lost every other row',
    async (past) => {
      const { shopper, arena } = past
      const rows = shopper.store.rows.filter((_, index) => index % 2 === 0)
      const store = MemoryStore.holding(arena.world.ref.id, rows)
      store.damaged = 1
      return again(past, { store, epochs: shopper.epochs, writer: shopper.writer })
    },
  ],
  [
    'has not heard of the newest opening',
    async ({ shop, shopper, arena }) => {
      await shop.openEpoch(shopper, arena.mallory)
      await shop.say('in the newest')
      return shopper
    },
  ],
  [
    'has missed three openings and gone on talking',
    async ({ shop, shopper, arena }) => {
      for (let turn = 0; turn < 3; turn++) {
        await shop.openEpoch(shopper, arena.mallory)
        await shop.say(`missed ${turn}`)
        await shopper.say(`alone ${turn}`)
      }
      return shopper
    },
  ],
  [
    'was let in after all that, and has nothing',
    async ({ shop, shopper, arena }) => {
      const newcomer = await arena.world.peer()
      await shop.openEpoch(shopper, arena.mallory, newcomer)
      return newcomer
    },
  ],
  [
    'is a device that opened a rival epoch meanwhile',
    async ({ shop, shopper, arena }) => {
      const device = await arena.world.device()
      await shop.openEpoch(shopper, arena.mallory, device)
      await repair([shop, device])
      await device.openEpoch(shop, shopper, arena.mallory)
      await device.say('in the rival')
      await shop.openEpoch(shopper, arena.mallory, device)
      await shop.say('in the other')
      return device
    },
  ],
  [
    'was removed, went on talking, and is let in again',
    async ({ shop, shopper, arena }) => {
      await shop.openEpoch(arena.mallory)
      await shopper.say('as if nothing had happened')
      await shop.openEpoch(shopper, arena.mallory)
      return shopper
    },
  ],
  [
    'cannot store anything',
    async (past) => {
      const late = await again(past, {})
      late.store.failWith('full')
      return late
    },
  ],
]

async function lateIn(
  state: (past: History) => Promise<LogPeer>,
): Promise<Late & { arena: Arena }> {
  const past = await history()
  const late = await state(past)
  return { late, shop: past.shop, frames: past.frames, arena: past.arena }
}

/** Everything that one peer could ever send another, told in any order; gives what was said of it. */
async function pour(from: LogPeer, to: LogPeer): Promise<Verdict[]> {
  const verdicts = [await to.log.receive(from.wholeUpdate()), await from.give(to)]
  const ranges = from.log
    .heads()
    .map(({ author, writer, sequence }) => ({ author, writer, from: 0, to: sequence }))
  for (let epoch = from.log.epoch; epoch >= 0; epoch--) {
    const want: Want = { epoch, ranges }
    verdicts.push(await to.log.receiveHistory([...from.log.answer(want)]))
  }
  await to.log.meet(from.log.heads())
  return verdicts
}

describe.each(STATES)('an honest peer that %s', (_, state) => {
  it('[LG32] [LG39] [LG102] is never cut off, cuts nobody off, and comes to have all', async () => {
    const { late, shop, frames } = await lateIn(state)
    const verdicts: Verdict[] = []
    for (const frame of frames) {
      verdicts.push(await late.log.receive(frame), await shop.log.receive(frame))
    }
    verdicts.push(...(await pour(shop, late)), ...(await pour(late, shop)))
    await tellOpenings(shop, late)
    verdicts.push(...(await pour(shop, late)), ...(await pour(late, shop)))
    verdicts.push(...(await repair([shop, late])))
    expect(verdicts.filter(isRefusal)).toEqual([])
    late.store.failWith(null)
    await late.say('there')
    expect((await repair([shop, late])).filter(isRefusal)).toEqual([])
    expectSame(shop, late)
    for (const peer of [shop, late]) expect(peer.log.snapshot().equivocators).toEqual([])
    expect(shop.texts().at(-1)).toBe('there')
  })

  it('[LG34] takes nothing of a hostile member’s frames, and comes to have all', async () => {
    const { late, shop, arena } = await lateIn(state)
    await tellOpenings(shop, arena.mallory)
    const screen = late.screen()
    for (const [, what, verdict, attack] of ATTACKS) {
      if (verdict.type === 'accept') continue
      const update = attack(arena)
      expect((await late.log.receive(update)).type, what).not.toBe('accept')
    }
    expect(late.screen()).toEqual(screen)
    expect(late.doc.getMap('log').size).toBe(Y.decodeUpdate(late.wholeUpdate()).structs.length)
    late.store.failWith(null)
    expect((await repair([shop, late])).filter(isRefusal)).toEqual([])
    expectSame(shop, late)
  })
})
