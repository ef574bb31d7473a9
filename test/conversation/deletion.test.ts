import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { sealEntry } from '../../client/conversation/entry-seal.ts'
import { strip } from '../../client/conversation/entry.ts'
import { KIND } from '../../client/conversation/kind.ts'
import type { Draft, EntryId, LogKind } from '../../client/conversation/log.ts'
import { bodyOf, forgeEntry, updateOf } from '../helpers/forged-entry.ts'
import { LogWorld, syncPair, type LogPeer } from '../helpers/log-peer.ts'
import { catchUp, fetchHistory, repair, tellOpenings } from '../helpers/log-repair.ts'
import { expectSame, isRefusal, openEpochOf } from '../helpers/shop-talk.ts'

/** A shop and a shopper who has just said something to be deleted. */
async function talk(kind: LogKind = 'conversation') {
  const world = new LogWorld(kind)
  const [shop, shopper] = [await world.device(), await world.peer()]
  await shop.say('one')
  await syncPair(shop, shopper)
  const word = await shopper.say('a canary')
  await syncPair(shop, shopper)
  return { world, shop, shopper, word }
}

/** Whether a peer still has this text anywhere: on screen, in Yjs under its epoch's key, or at rest. */
function hasBody({ store, log, doc }: LogPeer, id: EntryId, key: string): boolean {
  const stored = store.rows.filter((row) => toHex(row.id) === toHex(id))
  const shown = log.snapshot().entries.filter((entry) => entry.key === key)
  const entries = [...stored, ...shown]
  const item = doc.getMap<Uint8Array>('log').get(key)
  const form = item?.[0] // 1 whole, 2 stripped
  expect(entries.length, 'it is still there').toBeGreaterThan(0)
  return form === 1 || entries.some(({ content }) => content.type === 'whole')
}

describe('a deletion', () => {
  it('[LG110] by the author takes the body from screen, memory and disk on all sides; the entry stays', async () => {
    const { shop, shopper, word } = await talk()
    await shopper.delete(word.id)
    expect(shopper.texts()).toEqual(['one', 'deleted', 'delete'])
    expect(await shopper.give(shop)).toEqual({ type: 'accept' })
    for (const peer of [shop, shopper]) {
      expect(hasBody(peer, word.id, word.key)).toBe(false)
      const again = await peer.reload()
      expect(again.texts()).toEqual(['one', 'deleted', 'delete'])
      expect(hasBody(again, word.id, word.key)).toBe(false)
    }
  })

  it('[LG110] changes nothing for Yjs: to a peer the entry is the same item', async () => {
    const { shop, shopper, word } = await talk()
    const vector = Y.encodeStateVector(shopper.doc)
    await shopper.delete(word.id)
    let updates = 0
    shop.doc.on('update', () => updates++)
    await shopper.give(shop)
    expect(updates).toBe(1) // the deletion alone
    expect(Y.encodeStateVector(shop.doc)).not.toEqual(vector)
    expect(await shop.log.receive(shopper.wholeUpdate())).toEqual({ type: 'accept' })
    expect(toHex(shop.wholeUpdate())).toBe(toHex(shopper.wholeUpdate()))
  })

  it('[LG110] that failed on the disk is done at the next opening', async () => {
    const { shopper, word } = await talk()
    const { store } = shopper
    const { strip: stripStored } = store
    store.strip = () => Promise.resolve() // the browser was killed before it
    await shopper.delete(word.id)
    store.strip = stripStored
    expect(store.rows.some(({ content, id }) => content.type === 'whole' && id === word.id)).toBe(
      true,
    )
    const again = await shopper.reload()
    expect(hasBody(again, word.id, word.key)).toBe(false)
  })

  it('[LG110] that storage refuses takes the body from the screen all the same', async () => {
    const { shop, shopper, word } = await talk()
    const update = shopper.wholeUpdate()
    await shopper.delete(word.id)
    shop.store.failWith('full')
    expect(await shopper.give(shop)).toEqual({ type: 'accept' })
    expect(shop.texts()).toEqual(['one', 'deleted', 'delete'])
    shop.store.failWith(null)
    expect(await shop.log.receive(update)).toEqual({ type: 'accept' })
    expect(hasBody(await shop.reload(), word.id, word.key)).toBe(true) // the deletion was never stored
    await catchUp(shop, shopper)
  })

  it('[LG111] counts by the author alone in a conversation', async () => {
    const { shop, shopper, word } = await talk()
    await shop.delete(word.id)
    await syncPair(shop, shopper)
    for (const peer of [shop, shopper]) expect(peer.texts()).toEqual(['one', 'a canary', 'delete'])
  })

  it.each([
    ['owner', true],
    ['moderator', true],
    ['agent', false],
    ['keeper', false],
    ['shopper', false],
  ] as const)('[LG111] in a room by a %s: %s', async (role, counts) => {
    const { world, shop, shopper, word } = await talk('room')
    const other = await world.peer({ role })
    await repair([shop, shopper, other])
    await other.delete(word.id)
    await repair([shop, shopper, other])
    const text = counts ? 'deleted' : 'a canary'
    for (const peer of [shop, shopper, other]) {
      expect(peer.texts()).toEqual(['one', text, 'delete'])
      expect((await peer.reload()).texts()).toEqual(['one', text, 'delete'])
    }
  })

  it('[LG112] is itself never deleted: its target stays gone for a newcomer too', async () => {
    const { world, shop, shopper, word } = await talk('room')
    const deletion = await shopper.delete(word.id)
    await shopper.delete(deletion.id)
    const owner = await world.peer({ role: 'owner' })
    await repair([shop, shopper, owner])
    await owner.delete(deletion.id)
    await repair([shop, shopper, owner])
    const newcomer = await world.peer()
    expect((await repair([shop, newcomer])).some(isRefusal)).toBe(false)
    expect(newcomer.texts()).toEqual(['one', 'deleted', 'delete', 'delete', 'delete'])
    expectSame(shop, newcomer)
  })

  it('[LG113] that comes before its target waits for it, and the body is never stored', async () => {
    const { world, shop, shopper } = await talk()
    const target = forgeEntry(world, shopper.signing)
    const early = forgeEntry(world, shopper.signing, bodyOf({ kind: 'delete', target: target.id }))
    expect(await shop.log.receive(updateOf(world, early))).toEqual({ type: 'accept' })
    const put: boolean[] = []
    const store = shop.store
    const { put: putStored } = store
    store.put = (log, entries) => {
      put.push(entries.some(({ content }) => content.type === 'whole'))
      return putStored.call(store, log, entries)
    }
    expect(await shop.log.receive(updateOf(world, target))).toEqual({ type: 'accept' })
    expect(put).toEqual([false])
    expect(shop.texts()).toContain('deleted')
    expect(shop.texts()).not.toContain('forged')
  })

  it('[LG113] in one frame with its target', async () => {
    const { world, shop, shopper } = await talk()
    const target = forgeEntry(world, shopper.signing)
    const deletion = forgeEntry(
      world,
      shopper.signing,
      bodyOf({ kind: 'delete', target: target.id }),
    )
    expect(await shop.log.receive(updateOf(world, target, deletion))).toEqual({ type: 'accept' })
    expect(shop.texts()).not.toContain('forged')
  })

  it('of nothing that anybody knows harms nothing', async () => {
    const { shop, shopper, word } = await talk()
    const nothing = word.id.slice().reverse()
    await shopper.delete(nothing as never)
    await syncPair(shop, shopper)
    expect(shop.texts()).toEqual(['one', 'a canary', 'delete'])
    expect((await shop.reload()).texts()).toEqual(['one', 'a canary', 'delete'])
  })
})

/** Whether these words are anywhere at a peer: at rest, on screen, or in a form that Yjs carries whole. */
function hasWords({ store, log, doc }: LogPeer, words: string): boolean {
  const entries = [...store.rows, ...log.snapshot().entries]
  const isInEntry = entries.some(
    ({ content }) =>
      content.type === 'whole' && new TextDecoder().decode(content.body).includes(words),
  )
  const edits = log.snapshot().entries.filter(({ kind }) => kind === KIND.edit)
  const items = doc.getMap<Uint8Array>('log')
  return isInEntry || edits.some(({ key }) => items.get(key)?.[0] === 1)
}

describe('the edits of a deleted message', () => {
  it.each(['author', 'moderator'] as const)(
    '[LG111] go with it when its %s deletes it, on all sides, and for a newcomer',
    async (who) => {
      const { world, shop, shopper, word } = await talk('room')
      await shopper.append({ kind: 'edit', target: word.id, text: 'other secret words' })
      const moderator = await world.peer({ role: 'moderator' })
      await repair([shop, shopper, moderator])
      expect(hasWords(shop, 'secret words')).toBe(true)
      await (who === 'author' ? shopper : moderator).delete(word.id)
      await repair([shop, shopper, moderator])
      const newcomer = await world.peer()
      expect((await repair([shop, newcomer])).some(isRefusal)).toBe(false)
      expectSame(shop, newcomer)
      for (const peer of [shop, shopper, moderator, newcomer]) {
        expect(hasWords(peer, 'secret words')).toBe(false)
      }
      // Whoever opens it again does not know what the edit was of, and can say why it is gone.
      const again = await shop.reload()
      await again.openEpoch(shopper, moderator)
      const late = await world.device()
      await again.openEpoch(shopper, moderator, late)
      for (const frameEntries of [1, 256]) {
        await tellOpenings(again, late)
        const verdicts = await fetchHistory(late, again, frameEntries)
        expect(verdicts.every(({ type }) => type === 'accept')).toBe(true)
      }
      await repair([again, late])
      expectSame(again, late)
      expect(hasWords(late, 'secret words')).toBe(false)
    },
  )

  it.each([
    ['message, deletion, edit', [0, 2, 1]],
    ['edit, deletion, message', [1, 2, 0]],
    ['deletion, edit, message', [2, 1, 0]],
    ['edit, message, deletion', [1, 0, 2]],
  ])('[LG111] go in whatever order they come: %s', async (_name, order) => {
    const { world, shop, shopper } = await talk()
    const by = (draft: Draft) => forgeEntry(world, shopper.signing, bodyOf(draft))
    const message = by({ kind: 'text', text: 'secret words' })
    const edit = by({ kind: 'edit', target: message.id, text: 'more secret words' })
    const deletion = by({ kind: 'delete', target: message.id })
    const all = [message, edit, deletion]
    for (const entry of order.flatMap((at) => all[at] ?? [])) {
      expect(await shop.log.receive(updateOf(world, entry))).toEqual({ type: 'accept' })
    }
    expect(hasWords(shop, 'secret words')).toBe(false)
    expect(hasWords(await shop.reload(), 'secret words')).toBe(false)
  })

  it('[LG114] by another author stay whole, and are held without their words', async () => {
    const { world, shop, shopper, word } = await talk('room')
    const other = await world.peer()
    const own = await other.say('mine')
    const edit = await other.append({ kind: 'edit', target: own.id, text: 'mine, corrected' })
    await repair([shop, shopper, other])
    await shopper.delete(word.id)
    await repair([shop, shopper, other])
    expect(hasWords(shop, 'mine, corrected')).toBe(true)
    const newcomer = await world.peer()
    const entries = shop.log.snapshot().entries
    const stripped = entries.map((entry) => (entry.key === edit.key ? strip(entry) : entry))
    expect(await newcomer.log.receive(updateOf(world, ...stripped))).toEqual({
      type: 'hold',
      reason: 'missing-deletion',
    })
  })
})

describe('what the shop decides', () => {
  it.each([
    KIND.policy,
    KIND.acceptance,
    KIND.warning,
    KIND.sanction,
    KIND.membership,
    KIND.system,
  ])('[LG111] keeps its body whatever its author, or the owner, deletes: kind %i', async (kind) => {
    const { world, shop } = await talk('room')
    const owner = await world.peer({ role: 'owner' })
    const decided = forgeEntry(world, owner.signing, { kind, body: new Uint8Array([1, 2, 3]) })
    const target = decided.id
    const own = forgeEntry(world, owner.signing, bodyOf({ kind: 'delete', target }))
    expect(await shop.log.receive(updateOf(world, decided, own))).toEqual({ type: 'accept' })
    const row = shop.store.rows.find(({ id }) => toHex(id) === toHex(target))
    expect(row?.content.type).toBe('whole')
  })
})

describe('an entry without its body', () => {
  it('[LG114] is taken from a peer with the deletion in the same frame, or where that is known', async () => {
    const { world, shop, shopper, word } = await talk()
    await shopper.delete(word.id)
    const newcomer = await world.peer()
    expect(await shopper.give(newcomer)).toEqual({ type: 'accept' })
    expect(newcomer.texts()).toEqual(['one', 'deleted', 'delete'])
    const { sequence, id } = word
    expect(
      newcomer.store.rows.find((row) => row.id === id || toHex(row.id) === toHex(id)),
    ).toMatchObject({ sequence, content: { type: 'stripped' } })
    expectSame(shopper, newcomer)
    await shopper.give(shop)
    expectSame(shop, newcomer)
  })

  it('[LG114] is held without it: nobody hides another’s words', async () => {
    const { world, shop, shopper, word } = await talk()
    const mallory = await world.peer()
    await repair([shop, mallory])
    const newcomer = await world.peer()
    const entries = mallory.log.snapshot().entries
    const stripped = entries.map((entry) => (entry.key === word.key ? strip(entry) : entry))
    const held = { type: 'hold', reason: 'missing-deletion' }
    expect(await newcomer.log.receive(updateOf(world, ...stripped))).toEqual(held)
    expect(newcomer.texts()).toEqual([])
    // Another's deletion is no reason.
    const own = forgeEntry(world, mallory.signing, {
      ...bodyOf({ kind: 'delete', target: word.id }),
      parents: [word.id],
      lamport: word.lamport + 1,
    })
    expect(await newcomer.log.receive(updateOf(world, ...stripped, own))).toEqual(held)
    expect(await shopper.give(newcomer)).toEqual({ type: 'accept' })
    expect(newcomer.texts()).toEqual(['one', 'a canary'])
  })

  it('[LG114] changes nothing where the whole is known', async () => {
    const { world, shop, word } = await talk()
    expect(await shop.log.receive(updateOf(world, strip(word)))).toEqual({ type: 'accept' })
    expect(shop.texts()).toEqual(['one', 'a canary'])
  })

  it('[LG114] and the whole changes nothing where it is gone', async () => {
    const { world, shop, shopper, word } = await talk()
    await shopper.delete(word.id)
    await syncPair(shop, shopper)
    expect(await shop.log.receive(updateOf(world, word))).toEqual({ type: 'accept' })
    expect(hasBody(shop, word.id, word.key)).toBe(false)
  })

  it('[LG115] in a closed epoch comes with the deletion of a later one ahead of it', async () => {
    const { world, shop, shopper, word } = await talk()
    await shop.openEpoch(shopper)
    await tellOpenings(shop, shopper)
    for (let turn = 0; turn < 5; turn++) await shopper.say(`between ${turn}`)
    await repair([shop, shopper])
    await shop.openEpoch(shopper)
    await repair([shop, shopper])
    await shopper.delete(word.id)
    await repair([shop, shopper])
    expect(shop.texts()[1]).toBe('deleted')
    for (const frameEntries of [1, 2, 256]) {
      const newcomer = await world.device()
      await shop.openEpoch(shopper, newcomer)
      await repair([shop, shopper])
      await tellOpenings(shop, newcomer)
      const verdicts = await fetchHistory(newcomer, shop, frameEntries)
      expect(new Set(verdicts.map(({ type }) => type)), `${frameEntries} a frame`).toEqual(
        new Set(['accept']),
      )
      await repair([shop, newcomer])
      expectSame(shop, newcomer)
      expect(hasBody(newcomer, word.id, word.key)).toBe(false)
    }
  })

  it('[LG115] in a closed epoch is held without it', async () => {
    const { world, shop, shopper, word } = await talk()
    const newcomer = await world.device()
    await shop.openEpoch(shopper, newcomer)
    await tellOpenings(shop, newcomer)
    const epoch = openEpochOf(shop)
    const entries = shop.log.snapshot().entries
    const seal = (entry: (typeof entries)[number]) =>
      sealEntry(world.ref.id, entry.key === word.key ? strip(entry) : entry, epoch)
    expect(await newcomer.log.receiveHistory(entries.map(seal))).toEqual({
      type: 'hold',
      reason: 'missing-deletion',
    })
    expect(newcomer.texts()).toEqual(['one'])
    await catchUp(newcomer, shop)
    expect(newcomer.texts()).toEqual(['one', 'a canary'])
  })
})

describe('a moderator who was removed', () => {
  it('[LG116] deletes nothing beyond the cut, also where the deletion came first', async () => {
    const { world, shop, shopper, word } = await talk('room')
    const moderator = await world.peer({ role: 'moderator' })
    const other = await world.peer()
    await repair([shop, shopper, moderator, other])
    await shop.openEpoch(shopper, other)
    await moderator.delete(word.id)
    // The other one has not heard of the removal, and lets the body go.
    await syncPair(moderator, other)
    expect(other.texts()).toContain('deleted')
    expect((await repair([shop, shopper, other])).some(isRefusal)).toBe(false)
    for (const peer of [shop, shopper]) expect(peer.texts()).toEqual(['one', 'a canary'])
    // What it let go it cannot give; nobody is stuck for that.
    const newcomer = await world.peer()
    await shop.openEpoch(shopper, other, newcomer)
    await repair([shop, shopper, other])
    expect((await catchUp(newcomer, other)).some(isRefusal)).toBe(false)
    expect(newcomer.texts()).toHaveLength(2)
  })

  it('[LG116] has deleted what they deleted before, and a new opening lets a deletion count again', async () => {
    const { world, shop, shopper, word } = await talk('room')
    const moderator = await world.peer({ role: 'moderator' })
    await repair([shop, shopper, moderator])
    await shop.openEpoch(shopper)
    await repair([shop, shopper])
    await moderator.delete(word.id) // has not heard of it
    await shop.openEpoch(shopper, moderator)
    expect((await repair([shop, shopper, moderator])).some(isRefusal)).toBe(false)
    for (const peer of [shop, shopper, moderator]) {
      expect(peer.texts()).toEqual(['one', 'deleted', 'delete'])
    }
    await shop.openEpoch(shopper)
    await repair([shop, shopper])
    expect(shop.texts()).toEqual(['one', 'deleted', 'delete'])
  })
})
