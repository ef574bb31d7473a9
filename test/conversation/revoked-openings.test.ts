import { expect, it } from 'vitest'
import { LogWorld } from '../helpers/log-peer.ts'
import { tellOpenings } from '../helpers/log-repair.ts'
import { openingBy } from '../helpers/shop-talk.ts'

it('[LG89] sixteen rivals by a device that is revoked then do not keep out an honest opening', async () => {
  const world = new LogWorld('conversation')
  const [shop, rogue, other] = [await world.device(), await world.device(), await world.device()]
  const rivals = Array.from({ length: 16 }, () => openingBy(rogue, 1, [rogue, shop, other]))
  await shop.log.receiveOpenings(rivals)
  world.revoke(rogue.key)
  await other.openEpoch(shop)
  await tellOpenings(other, shop)
  expect(shop.log.epochName).toBe(other.log.epochName)
  expect((await shop.reload()).log.epochName).toBe(other.log.epochName)
})

it('[LG90] a revocation that comes after the openings moves the open epoch as a reload does', async () => {
  const world = new LogWorld('conversation')
  const [shop, rogue, other] = [await world.device(), await world.device(), await world.device()]
  await other.openEpoch(shop)
  await rogue.openEpoch(shop)
  await rogue.openEpoch(shop)
  await tellOpenings(other, shop)
  await tellOpenings(rogue, shop, 1)
  expect(shop.log.epochName).toBe(rogue.log.epochName)
  world.revoke(rogue.key)
  await shop.log.revocationsChanged()
  expect(shop.log.epochName).toBe(other.log.epochName)
  expect((await shop.reload()).log.epochName).toBe(other.log.epochName)
})
