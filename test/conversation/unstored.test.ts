import { equalBytes } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { covers } from '../../client/conversation/heads.ts'
import { parseOpening } from '../../client/conversation/epoch-opening.ts'
import { LogWorld, syncPair } from '../helpers/log-peer.ts'
import { repair, tellOpenings } from '../helpers/log-repair.ts'
import { expectSame } from '../helpers/shop-talk.ts'

/** Two who talk; the storage of the first is full. */
async function full() {
  const world = new LogWorld('conversation')
  const [shop, shopper] = [await world.device(), await world.peer()]
  await shop.say('one')
  await syncPair(shop, shopper)
  shop.store.failWith('full')
  const two = await shopper.say('two')
  const verdict = await shopper.give(shop)
  return { world, shop, shopper, two, verdict }
}

describe('an entry of another that storage refuses', () => {
  it('[LG38] is shown and passed on, counted, and covered by no head', async () => {
    const { world, shop, two, verdict } = await full()
    expect(verdict).toEqual({ type: 'accept' })
    expect(shop.texts()).toEqual(['one', 'two'])
    expect(shop.log.snapshot().unstored).toBe(1)
    expect(covers(shop.log.heads(), two)).toBe(false)
    expect(shop.store.rows).toHaveLength(1)
    const third = await world.peer()
    expect(await shop.give(third)).toEqual({ type: 'accept' })
    expect(third.texts()).toEqual(['one', 'two'])
  })

  it('[LG38] is stored with what comes next', async () => {
    const { shop, shopper, two } = await full()
    await shopper.say('three')
    await shopper.give(shop)
    expect(shop.log.snapshot().unstored).toBe(2)
    shop.store.failWith(null)
    await shopper.say('four')
    await shopper.give(shop)
    expect(shop.log.snapshot().unstored).toBe(0)
    expect(covers(shop.log.heads(), two)).toBe(true)
    expect((await shop.reload()).texts()).toEqual(['one', 'two', 'three', 'four'])
  })

  it('[LG38] is stored with one’s own next entry, which needs it', async () => {
    const { shop } = await full()
    const refusal = await shop.log.append({ kind: 'text', text: 'three' })
    expect(refusal).toEqual({ type: 'refused', reason: 'storage-full' })
    expect(shop.log.snapshot().unstored).toBe(1)
    shop.store.failWith(null)
    await shop.say('three')
    expect(shop.log.snapshot().unstored).toBe(0)
    expect((await shop.reload()).texts()).toEqual(['one', 'two', 'three'])
  })

  it('[LG38] is stored when the person tries again, and the screen is told of it', async () => {
    const { shop } = await full()
    let told = 0
    shop.log.subscribe(() => told++)
    await shop.log.retryStorage()
    expect([shop.log.snapshot().unstored, told]).toEqual([1, 0])
    shop.store.failWith(null)
    await shop.log.retryStorage()
    expect([shop.log.snapshot().unstored, told]).toEqual([0, 1])
    await shop.log.retryStorage()
    expect(told).toBe(1)
    expect(shop.store.rows).toHaveLength(2)
  })

  it('[LG38] is asked for again after a reload', async () => {
    const { shop, shopper } = await full()
    const again = await shop.reload()
    expect(again.texts()).toEqual(['one'])
    again.store.failWith(null)
    await repair([again, shopper])
    expectSame(again, shopper)
    expect(again.store.rows).toHaveLength(2)
  })

  it('[LG38] of a closed epoch is shown and counted alike', async () => {
    const { world, shop, shopper } = await full()
    shop.store.failWith(null)
    await shop.log.retryStorage()
    await shop.openEpoch(shopper)
    await tellOpenings(shop, shopper)
    const emptied = await world.peer({ self: shopper.self })
    emptied.store.failWith('unavailable')
    await repair([emptied, shop])
    expect(emptied.texts()).toEqual(['one', 'two'])
    expect(emptied.log.snapshot().unstored).toBe(2)
    expect(emptied.log.heads()).toEqual([])
    emptied.store.failWith(null)
    await emptied.log.retryStorage()
    expect(emptied.log.heads()).toHaveLength(2)
    expectSame(emptied, shop)
  })

  it('[LG38] that is deleted meanwhile is stored without its body', async () => {
    const { shop, shopper, two } = await full()
    await shopper.delete(two.id)
    await shopper.give(shop)
    expect(shop.texts()).toEqual(['one', 'deleted', 'delete'])
    shop.store.failWith(null)
    await shop.log.retryStorage()
    const stored = shop.store.rows.map(({ content }) => content.type)
    expect(stored).toEqual(['whole', 'stripped', 'whole'])
  })
})

describe('an entry of another that is being stored', () => {
  it('[LG12] is on screen already, and covered by no head until it is on the disk', async () => {
    const { shop, shopper } = await talkOfTwo()
    const two = await shopper.say('two')
    let release: () => void = () => undefined
    const isReleased = new Promise<void>((resolve) => (release = resolve))
    const isWriting = new Promise<void>((resolve) => {
      shop.store.beforePut = () => {
        resolve()
        return isReleased
      }
    })
    const covered: boolean[] = []
    shop.log.subscribe(() => covered.push(covers(shop.log.heads(), two)))
    const verdict = shopper.give(shop)
    await isWriting
    await Promise.resolve()
    expect(shop.texts()).toEqual(['one', 'two'])
    expect(shop.log.isStoring).toBe(true)
    expect(shop.log.snapshot().unstored).toBe(0)
    expect(covered).toEqual([false])
    const three = shop.say('three')
    release()
    expect(await verdict).toEqual({ type: 'accept' })
    expect(shop.log.isStoring).toBe(false)
    expect(covered[1]).toBe(true)
    expect((await three).parents).toEqual([two.id])
    expect((await shop.reload()).texts()).toEqual(['one', 'two', 'three'])
  })

  it('[LG12] [LG110] deletes nothing before it is on the disk', async () => {
    const { shop, shopper } = await talkOfTwo()
    const two = await shopper.say('two')
    await shopper.give(shop)
    await shopper.delete(two.id)
    const bodies: (string | undefined)[] = []
    const typeOf = () => shop.store.rows.find(({ id }) => equalBytes(id, two.id))?.content.type
    shop.store.beforePut = () => void bodies.push(typeOf())
    shop.log.subscribe(() => bodies.push(typeOf()))
    await shopper.give(shop)
    expect(bodies).toEqual(['whole', 'whole', 'stripped'])
  })

  it('[LG12] of a long part, is on screen with all of it when that is stored', async () => {
    const { shop, shopper } = await talkOfTwo()
    for (let index = 0; index < 9; index++) await shopper.say(`${index}`)
    let shown: readonly string[] = []
    shop.store.beforePut = () => queueMicrotask(() => (shown = shop.texts()))
    await shopper.give(shop)
    expect(shown).toEqual(['one'])
    expect(shop.texts()).toHaveLength(10)
  })

  it('[LG12] counts as not stored when storage fails in a way that nobody foresaw', async () => {
    const { shop, shopper } = await talkOfTwo()
    const two = await shopper.say('two')
    shop.store.failWith('unknown')
    await expect(shopper.give(shop)).rejects.toThrow('no storage error')
    expect(covers(shop.log.heads(), two)).toBe(false)
    expect(shop.log.snapshot().unstored).toBe(1)
    shop.store.failWith(null)
    await shop.log.retryStorage()
    expect(covers(shop.log.heads(), two)).toBe(true)
  })

  it('[LG12] [LG38] has its effect, and a long part is on screen, though storage fails like that', async () => {
    const { shop, shopper } = await talkOfTwo()
    const two = await shopper.say('two')
    await shopper.give(shop)
    await shopper.delete(two.id)
    let tells = 0
    shop.log.subscribe(() => tells++)
    shop.store.failWith('unknown')
    await expect(shopper.give(shop)).rejects.toThrow('no storage error')
    for (let index = 0; index < 9; index++) await shopper.say(`${index}`)
    await expect(shopper.give(shop)).rejects.toThrow('no storage error')
    expect(shop.log.snapshot().unstored).toBe(10)
    expect(tells).toBe(3)
    shop.store.failWith(null)
    await shop.log.retryStorage()
    expect(shop.texts()).toEqual(shopper.texts())
    expect(shop.texts()).not.toContain('two')
    expect(shop.log.heads()).toEqual(shopper.log.heads())
  })

  it('[LG12] of which only a part could be written is drawn once, and no head covers the rest', async () => {
    const { shop, shopper } = await talkOfTwo()
    const two = await shopper.say('two')
    let release: () => void = () => undefined
    shop.store.beforePut = () => new Promise<void>((resolve) => (release = resolve))
    const first = shopper.give(shop)
    await expect.poll(() => shop.log.isStoring).toBe(true)
    // The same once more, and what follows it, while the first is on its way.
    const again = shop.log.receive(shopper.wholeUpdate())
    const three = await shopper.say('three')
    const next = shop.log.receive(shopper.wholeUpdate())
    const own = shop.log.append({ kind: 'text', text: 'own' })
    shop.store.failWith('full')
    shop.store.beforePut = () => undefined
    release()
    expect(await Promise.all([first, again, next])).toEqual(Array(3).fill({ type: 'accept' }))
    expect(await own).toEqual({ type: 'refused', reason: 'storage-full' })
    expect(shop.texts()).toEqual(['one', 'two', 'three'])
    expect([two, three].map((entry) => covers(shop.log.heads(), entry))).toEqual([false, false])
    expect((await shop.reload()).texts()).toEqual(['one'])
  })

  it('[LG12] when the log is closed meanwhile is there after a reload, or comes again', async () => {
    const { shop, shopper } = await talkOfTwo()
    await shopper.say('two')
    for (const failure of ['superseded', null] as const) {
      const device = await shop.reload()
      let release: () => void = () => undefined
      device.store.beforePut = () => new Promise<void>((resolve) => (release = resolve))
      const verdict = shopper.give(device)
      await expect.poll(() => device.log.isStoring).toBe(true)
      device.log.close()
      device.store.failWith(failure)
      release()
      expect(await verdict).toEqual({ type: 'accept' })
      device.store.beforePut = () => undefined
      const texts = failure === null ? ['one', 'two'] : ['one']
      expect((await device.reload()).texts()).toEqual(texts)
    }
  })

  it('[LG12] [LG38] is in the cut of an epoch that opens meanwhile once it is on the disk, and else not', async () => {
    for (const failure of ['full', null] as const) {
      const { shop, shopper } = await talkOfTwo()
      const two = await shopper.say('two')
      let release: () => void = () => undefined
      shop.store.beforePut = () => new Promise<void>((resolve) => (release = resolve))
      const verdict = shopper.give(shop)
      await expect.poll(() => shop.log.isStoring).toBe(true)
      const opened = shop.openEpoch(shopper)
      shop.store.failWith(failure)
      release()
      await Promise.all([verdict, opened])
      const cut = shop.log.openings(1).flatMap((bytes) => parseOpening(bytes)?.cut ?? [])
      expect(covers(cut, two)).toBe(failure === null)
      expect(shop.texts()).toEqual(['one', 'two'])
    }
  })
})

async function talkOfTwo() {
  const world = new LogWorld('conversation')
  const [shop, shopper] = [await world.device(), await world.peer()]
  await shop.say('one')
  await syncPair(shop, shopper)
  return { shop, shopper }
}
