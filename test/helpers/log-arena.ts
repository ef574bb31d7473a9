import * as Y from 'yjs'
import type { Epoch } from '../../client/conversation/entry-seal.ts'
import { clientIdOf } from '../../client/conversation/client-id.ts'
import { forgeEntry } from './forged-entry.ts'
import { LogWorld, type LogPeer } from './log-peer.ts'
import { repair } from './log-repair.ts'
import { openEpochOf } from './shop-talk.ts'

/** A room in which everybody, the hostile Mallory too, has said something in each epoch. */
export async function arenaIn(epochs: number) {
  const world = new LogWorld('room')
  const [shop, victim, mallory] = [await world.device(), await world.peer(), await world.peer()]
  const peers = [shop, victim, mallory]
  for (let number = 0; number <= epochs; number++) {
    if (number > 0) await shop.openEpoch(victim, mallory)
    await repair(peers)
    for (const peer of peers) {
      await peer.say(`in ${number}`)
      await repair(peers)
    }
  }
  const epoch = openEpochOf(mallory)
  const ground = groundOf({ world, epoch, shop, victim, mallory, doc: () => shop.doc })
  return { ...ground, world, shop, victim, mallory }
}

export type Arena = Awaited<ReturnType<typeof arenaIn>>

type Voice = Pick<LogPeer, 'key' | 'writer' | 'log'>

/** What an attacker knows of a log that they belong to. */
export type GroundParts = {
  readonly world: Pick<LogWorld, 'ref'>
  /** The open epoch and its key. */
  readonly epoch: Epoch
  /** An honest writer. */
  readonly shop: Voice
  readonly victim: Pick<LogPeer, 'doc'>
  readonly mallory: Voice & Pick<LogPeer, 'signing' | 'wholeUpdate'>
  /** The open document, as it is now. */
  readonly doc: () => Y.Doc
}

export function groundOf(parts: GroundParts) {
  const { world, epoch, mallory } = parts
  const forger = { ref: world.ref, epoch }
  const client = (peer: Voice) => clientIdOf(world.ref.id, epoch.number, peer.key, peer.writer)
  return {
    ...parts,
    /** What a forger needs: the open epoch and its key. */
    forger,
    client,
    /** Clock after the last item of this peer in the open document. */
    next: (peer: Voice) => Y.getState(parts.doc().store, client(peer)),
    /** An entry by Mallory, under a new writer unless one is given. */
    fresh: (fields: Parameters<typeof forgeEntry>[2] = {}) =>
      forgeEntry(forger, mallory.signing, fields),
  }
}

export type Ground = ReturnType<typeof groundOf>
