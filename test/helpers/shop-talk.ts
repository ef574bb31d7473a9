import { toHex } from '@hamsa/crypto'
import { expect } from 'vitest'
import type { Epoch } from '../../client/conversation/entry-seal.ts'
import { epochOf, parseOpening, signOpening } from '../../client/conversation/epoch-opening.ts'
import { NO_CERTIFICATE } from '../../client/conversation/ids.ts'
import { LogWorld, syncPair, type LogPeer } from './log-peer.ts'

/** A device of the shop and a shopper who said one thing each. */
export async function talk(): Promise<{ world: LogWorld; shop: LogPeer; shopper: LogPeer }> {
  const world = new LogWorld('conversation')
  const [shop, shopper] = [await world.device(), await world.peer()]
  await shop.say('one')
  await syncPair(shop, shopper)
  await shopper.say('two')
  await syncPair(shop, shopper)
  return { world, shop, shopper }
}

/** An encoded opening that anybody may sign for anybody. */
export function openingBy(peer: LogPeer, number: number, members: readonly LogPeer[]): Uint8Array {
  const [before] = number === 1 ? [] : peer.log.openings(number - 1)
  return signOpening(
    {
      log: peer.world.ref.id,
      number,
      before: before === undefined ? null : (parseOpening(before)?.id ?? null),
      certificate: NO_CERTIFICATE,
      cut: [],
      members: members.map(({ member }) => member),
    },
    peer.signing,
  ).bytes
}

/** One epoch, one screen, and one document byte for byte. */
export function expectSame(...[first, ...others]: readonly LogPeer[]): void {
  for (const other of others) {
    expect(other.log.epochName).toBe(first?.log.epochName)
    expect(other.screen()).toEqual(first?.screen())
    expect(other.texts()).toEqual(first?.texts())
    expect(toHex(other.wholeUpdate())).toBe(toHex(first?.wholeUpdate() ?? new Uint8Array()))
  }
}

export const isRefusal = ({ type }: { readonly type: string }) => type === 'refuse'

/** The open epoch as this member knows it: what a hostile member seals with. */
export function openEpochOf({ world, self, log }: LogPeer): Epoch {
  const [opening] = log.openings(log.epoch)
  if (opening === undefined) return world.epoch
  const parsed = parseOpening(opening)
  const epoch = parsed && epochOf(parsed, { key: self.signing.publicKey, box: self.box })
  if (epoch === null) throw new Error('no member of the open epoch')
  return epoch
}
