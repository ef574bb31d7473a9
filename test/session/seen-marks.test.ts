import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { randomBytes } from '@hamsa/crypto'
import { parseEntryId } from '../../client/conversation/ids.ts'
import type { EntryId } from '../../client/conversation/log.ts'
import { signSeen } from '../../client/conversation/seen.ts'
import { decodeMarks, encodeMarks, loadMarks, SeenMarks } from '../../client/session/seen-marks.ts'
import { StorageError } from '../../client/storage/ports.ts'
import type { LogPeer, LogWorld } from '../helpers/log-peer.ts'
import { syncPair } from '../helpers/log-peer.ts'
import { talk } from '../helpers/shop-talk.ts'
import { testStorage } from '../helpers/test-storage.ts'

function entryId(bytes: Uint8Array): EntryId {
  const id = parseEntryId(bytes)
  if (id === null) throw new Error('not an id')
  return id
}

describe('marks of what was seen', () => {
  let world: LogWorld
  let shop: LogPeer
  let shopper: LogPeer
  let changes: number

  beforeEach(async () => {
    ;({ world, shop, shopper } = await talk())
    changes = 0
  })

  /** The shopper's marks. */
  const marks = (vault = testStorage().vault): SeenMarks =>
    new SeenMarks(
      {
        log: shopper.log,
        self: shopper.signing,
        isOwnSide: (author) =>
          author === shopper.key || author.every((b, i) => b === shopper.key[i]),
        mayTell: () => true,
        vault,
        onChange: () => changes++,
      },
      { ours: null, theirs: null },
    )
  const from = (peer: LogPeer) => ({ key: peer.key, certificate: null, epoch: 0 })
  const idOf = (text: string): EntryId => {
    const found = shopper.log
      .snapshot()
      .entries.find(({ body }) => body.kind === 'text' && body.text === text)
    if (found === undefined) throw new Error(`no ${text}`)
    return found.id
  }

  it('[LK46] only a member who signed it, of the other side, of an entry of ours, is believed', async () => {
    const seen = marks()
    const stranger = await world.peer({ isMember: false })
    await seen.receive(await signSeen(shopper.log, idOf('two'), stranger.signing), from(shop))
    await seen.receive(await signSeen(stranger.log, idOf('one'), shop.signing), from(shop)) // not ours
    await seen.receive(await signSeen(shopper.log, idOf('two'), shopper.signing), from(shopper))
    expect(seen.seenByThem).toBeNull()
    expect(changes).toBe(0)
    await seen.receive(await signSeen(shopper.log, idOf('two'), shop.signing), from(shop))
    expect(seen.seenByThem?.id).toEqual(idOf('two'))
    expect(changes).toBe(1)
  })

  it('[LK46] of another log it says nothing', async () => {
    const other = await talk()
    const seen = marks()
    await seen.receive(await signSeen(other.shopper.log, idOf('two'), shop.signing), from(shop))
    expect(seen.seenByThem).toBeNull()
  })

  it('[LK46] a mark moves down the screen only', async () => {
    const seen = marks()
    await shopper.say('three')
    await seen.receive(await signSeen(shopper.log, idOf('three'), shop.signing), from(shop))
    await seen.receive(await signSeen(shopper.log, idOf('two'), shop.signing), from(shop))
    expect(seen.seenByThem?.id).toEqual(idOf('three'))
  })

  it('[LK46] a frame that comes before its entry waits for it; of many such, few are kept', async () => {
    const seen = marks()
    const elsewhere = await world.peer({ self: shopper.self })
    await shop.give(elsewhere)
    const early = await elsewhere.say('written on another device')
    await seen.receive(await signSeen(shopper.log, early.id, shop.signing), from(shop))
    for (let count = 0; count < 16; count++) {
      const device = await world.device()
      const id = entryId(randomBytes(32))
      await seen.receive(await signSeen(shopper.log, id, device.signing), from(device))
    }
    await seen.logChanged()
    expect(seen.seenByThem).toBeNull()
    await syncPair(elsewhere, shopper)
    await seen.logChanged()
    expect(seen.seenByThem?.id).toEqual(early.id)
  })

  it('[LK46] own marks name entries of the other side, the lowest in view', async () => {
    const seen = marks()
    await shop.say('three')
    await syncPair(shop, shopper)
    const keyOf = (text: string): string =>
      shopper.log.snapshot().entries.find(({ id }) => id === idOf(text))?.key ?? ''
    expect(await seen.shown(keyOf('two'))).toBe(false) // our own
    expect(await seen.shown(keyOf('three'))).toBe(true)
    expect(await seen.shown(keyOf('one'))).toBe(false) // above it
    expect(await seen.shown('no such key')).toBe(false)
    expect((await seen.told())?.entry).toEqual(idOf('three'))
  })

  it('a storage that fails loses no mark before the reload', async () => {
    const { vault } = testStorage()
    const seen = marks({ ...vault, write: () => Promise.reject(new StorageError('full')) })
    await seen.receive(await signSeen(shopper.log, idOf('two'), shop.signing), from(shop))
    expect(seen.seenByThem?.id).toEqual(idOf('two'))
  })

  it('come back from their record; any bytes give marks or none', async () => {
    const id = fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(entryId))
    fc.assert(
      fc.property(id, id, (ours, theirs) => {
        expect(decodeMarks(encodeMarks({ ours, theirs }))).toEqual({ ours, theirs })
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const marks = decodeMarks(bytes)
        if (marks !== null) expect(encodeMarks(marks)).toEqual(bytes)
      }),
    )
    const { vault } = testStorage()
    expect(await loadMarks(vault, shopper.log)).toEqual({ ours: null, theirs: null })
  })
})
