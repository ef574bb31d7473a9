import * as Y from 'yjs'
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
  const forger = { ref: world.ref, epoch }
  const client = (peer: LogPeer) => clientIdOf(world.ref.id, epoch.number, peer.key, peer.writer)
  return {
    ...{ world, shop, victim, mallory, epoch },
    /** What a forger needs: the open epoch and its key. */
    forger,
    client,
    /** Clock after the last item of this peer in the open document. */
    next: (peer: LogPeer) => Y.getState(shop.doc.store, client(peer)),
    /** An entry by Mallory, under a new writer unless one is given. */
    fresh: (fields: Parameters<typeof forgeEntry>[2] = {}) =>
      forgeEntry(forger, mallory.signing, fields),
  }
}

export type Arena = Awaited<ReturnType<typeof arenaIn>>
