import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { arenaIn } from '../helpers/log-arena.ts'
import { ATTACKS } from '../helpers/log-attacks.ts'
import type { LogPeer } from '../helpers/log-peer.ts'
import { expectSame } from '../helpers/shop-talk.ts'

const stateOf = (peer: LogPeer) => ({
  document: toHex(peer.wholeUpdate()),
  screen: peer.screen(),
  rows: peer.store.rows.map(({ id }) => toHex(id)),
  heads: peer.log.heads(),
})

/** Whether a document without a gate in front of it is harmed by an update. */
function harms(update: Uint8Array, whole: Uint8Array): boolean {
  const doc = new Y.Doc({ gc: false })
  Y.applyUpdate(doc, whole)
  const before = toHex(Y.encodeStateAsUpdate(doc))
  try {
    Y.applyUpdate(doc, update)
  } catch {
    return true // a page that is not alive any more
  }
  return toHex(Y.encodeStateAsUpdate(doc)) !== before
}

describe.each([0, 1, 3])('a member who has the key of epoch %i', (epochs) => {
  const arena = arenaIn(epochs)

  it.each(ATTACKS)('[%s] changes nothing with %s', async (rule, _, verdict, attack) => {
    const { shop, victim } = await arena
    const before = stateOf(victim)
    const update = attack(await arena)
    if (['LG21', 'LG22', 'LG23', 'LG24', 'LG27'].includes(rule)) {
      expect(harms(update, victim.wholeUpdate())).toBe(true)
    }
    expect(await victim.log.receive(update)).toEqual(verdict)
    // What was accepted the link hands on to Yjs.
    if (verdict.type === 'accept') Y.applyUpdate(victim.doc, update)
    expect(stateOf(victim)).toEqual(before)
    // Everybody goes on.
    await shop.say('and on')
    expect(await shop.give(victim)).toEqual({ type: 'accept' })
    await victim.say('we go')
    expect(await victim.give(shop)).toEqual({ type: 'accept' })
    expectSame(shop, victim)
    expect(victim.texts().slice(-2)).toEqual(['and on', 'we go'])
    expect(victim.log.snapshot().equivocators).toEqual([])
  })
})
