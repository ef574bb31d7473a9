import { toHex } from '@hamsa/crypto'
import * as Y from 'yjs'
import type { Want } from '../../client/conversation/history.ts'
import type { Verdict } from '../../client/conversation/log.ts'
import type { OpenedLog } from '../../client/conversation/open-log.ts'
import { replicaOf } from '../../client/conversation/replica.ts'

/** Who takes part: a `LogPeer`, or whoever else has a log open. */
export type RepairPeer = { readonly log: OpenedLog }

/** Most entries in one frame of an answer. */
const HAVE_ENTRIES = 256
/** More rounds than any honest exchange takes. */
const MANY = 50

/** One peer tells another of its openings, and is told in turn what it has not got, until both are quiet. */
export async function tellOpenings(
  from: RepairPeer,
  to: RepairPeer,
  start = to.log.epoch,
): Promise<void> {
  let [teller, listener, number]: [RepairPeer, RepairPeer, number | null] = [from, to, start]
  for (let turn = 0; number !== null; turn++) {
    if (turn > MANY) throw new Error('the openings go to and fro for ever')
    number = await listener.log.receiveOpenings(teller.log.openings(number))
    ;[teller, listener] = [listener, teller]
  }
}

/** Asks a peer for history until it has no more to give; gives what was said of each frame. */
export async function fetchHistory(
  peer: RepairPeer,
  from: RepairPeer,
  frameEntries = HAVE_ENTRIES,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  let last = ''
  for (;;) {
    const [want] = await peer.log.meet(from.log.heads())
    if (want === undefined || nameOf(want) === last) return verdicts
    last = nameOf(want)
    const answer = [...from.log.answer(want)]
    for (let start = 0; start < answer.length; start += frameEntries) {
      verdicts.push(await peer.log.receiveHistory(answer.slice(start, start + frameEntries)))
    }
  }
}

/** All that one peer can get from another, in the order of the link: openings, history, then the open epoch. */
export async function catchUp(peer: RepairPeer, from: RepairPeer): Promise<Verdict[]> {
  await tellOpenings(from, peer)
  return [...(await fetchHistory(peer, from)), await give(from, peer)]
}

/** Everybody gets all from everybody, until nothing changes any more; gives what was said of each frame. */
export async function repair(peers: readonly RepairPeer[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (let round = 0, before = ''; ; round++) {
    if (round > MANY) throw new Error('the repair does not end')
    for (const peer of peers) {
      for (const from of peers) {
        if (from !== peer) verdicts.push(...(await catchUp(peer, from)))
      }
    }
    const now = peers.map(stateOf).join()
    if (now === before) return verdicts
    before = now
  }
}

/** All of the open epoch that the other lacks. */
function give(from: RepairPeer, to: RepairPeer): Promise<Verdict> {
  const state = Y.encodeStateVector(replicaOf(to.log))
  return to.log.receive(Y.encodeStateAsUpdate(replicaOf(from.log), state))
}

function stateOf({ log }: RepairPeer): string {
  const heads = log.heads().map(({ id }) => toHex(id))
  return `${log.epochName}:${heads.sort().join('.')}`
}

function nameOf({ epoch, ranges }: Want): string {
  const named = ranges.map(
    ({ author, writer, from, to }) => `${toHex(author)}.${toHex(writer)}.${from}-${to}`,
  )
  return `${epoch}:${named.join()}`
}
