import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { decodeEntry } from '../../client/conversation/entry.ts'
import type { Epoch } from '../../client/conversation/entry-seal.ts'
import { verifyHeads, signHeads } from '../../client/conversation/heads.ts'
import type { Verdict } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { encodeUpdate } from '../../client/conversation/update-encoder.ts'
import { encodeControl, parseControl } from '../../client/link/control-codec.ts'
import { bytesOf, itemOf } from '../helpers/forged-entry.ts'
import { expectYjsAgrees, mutate } from '../helpers/log-bytes.ts'
import { LogWorld, syncPair, type LogPeer } from '../helpers/log-peer.ts'
import { catchUp, repair, tellOpenings } from '../helpers/log-repair.ts'
import { openEpochOf, openingBy } from '../helpers/shop-talk.ts'
import { chosenSeed, seededRandom } from '../helpers/seeded-random.ts'

const IS_LONG = process.env.HAMSA_LONG === '1'
/** Of all kinds, in all epochs. */
const FRAMES = IS_LONG ? 1_000_000 : 100_000
const EPOCHS = [0, 2]
/** Words of each in each epoch. */
const TURNS = 8
/** So many are under way at once. */
const BATCH = 100
const MINUTES = 60_000
const seed = chosenSeed()

/** Two who have talked, every frame that they exchanged, and one who has none of it but the openings. */
async function talkIn(epochs: number) {
  const world = new LogWorld()
  const [alice, bob, victim] = [await world.device(), await world.peer(), await world.peer()]
  const frames: Uint8Array[] = []
  for (let epoch = 0; epoch <= epochs; epoch++) {
    if (epoch > 0) await alice.openEpoch(bob, victim)
    await repair([alice, bob])
    for (let turn = 0; turn < TURNS; turn++) {
      frames.push(await alice.sayAsUpdate(`a${turn}`), await bob.sayAsUpdate(`b${turn}`))
      if (turn % 4 === 3) frames.push(alice.updateFor(bob), bob.updateFor(alice))
      await syncPair(alice, bob)
    }
    frames.push(alice.wholeUpdate())
  }
  await tellOpenings(alice, victim)
  return { alice, bob, victim, frames }
}

/** What the history of all epochs is answered with. */
function answers({ log }: LogPeer): Uint8Array[] {
  const ranges = log.heads().map(({ author, writer }) => ({ author, writer, from: 0, to: 99 }))
  return Array.from({ length: log.epoch + 1 }, (_, epoch) => [
    ...log.answer({ epoch, ranges }),
  ]).flat()
}

/** The entries of the open epoch as their authors signed them. */
function openEntries({ world, log, doc }: LogPeer): Uint8Array[] {
  const open = log.snapshot().entries.filter(({ key }) => doc.getMap('log').has(key))
  return open.map((entry) => bytesOf(world, entry))
}

/** What a hostile member can make of an entry: rightly sealed, and in the place that it says. */
function sealedByAMember({ ref }: LogWorld, epoch: Epoch, entry: SignedEntry): Uint8Array {
  const forger = { ref, epoch }
  const base = TURNS * epoch.number
  return encodeUpdate([itemOf(forger, entry, { clock: Math.max(0, entry.sequence - base) })])
}

/** Mutates these at random, `count` times, and gives them to `take` in batches. */
async function throwMutated(
  wholes: readonly Uint8Array[],
  count: number,
  random: () => number,
  take: (mutated: Uint8Array) => Promise<void>,
): Promise<void> {
  const pick = () => wholes[Math.floor(random() * wholes.length)] ?? Uint8Array.of(0, 0)
  for (let done = 0; done < count; done += BATCH) {
    const batch = Array.from({ length: BATCH }, () => mutate(pick(), pick(), random))
    await Promise.all(batch.map(take))
  }
}

describe.each(EPOCHS)(`mutated in epoch %i (HAMSA_SEED=${seed})`, (epochs) => {
  const share = (part: number) => (FRAMES / EPOCHS.length) * part
  const updates = share(0.6)
  const others = share(0.1)

  it(
    `[LG20] [LG34] ${updates} updates, and ${others} each of sealed entries, history, openings and heads: no honest entry missing, no forged one shown`,
    async () => {
      const random = seededRandom(seed + epochs)
      const { alice, bob, victim, frames } = await talkIn(epochs)
      const honest = new Set(alice.screen())
      const { epochName } = alice.log
      const verdicts = { accept: 0, hold: 0, refuse: 0 }
      const count = ({ type }: Verdict) => {
        verdicts[type]++
      }

      await throwMutated(frames, updates, random, async (update) => {
        expectYjsAgrees(update)
        const verdict = await victim.log.receive(update)
        count(verdict)
        // What is accepted the link hands on to Yjs.
        if (verdict.type === 'accept') Y.applyUpdate(victim.doc, update)
      })
      expect(verdicts.refuse).toBeGreaterThan(updates / 2)

      const epoch = openEpochOf(alice)
      await throwMutated(openEntries(alice), others, random, async (bytes) => {
        const entry = decodeEntry(bytes, 'whole')?.entry
        if (entry === undefined) return
        const verdict = await victim.log.receive(sealedByAMember(alice.world, epoch, entry))
        // The header alone makes the id: under another signature it says nothing new.
        if (!alice.log.isKnown(entry.id)) expect(verdict.type).toBe('refuse')
      })

      await throwMutated(answers(alice), others, random, async (sealed) => {
        count(await victim.log.receiveHistory([sealed]))
      })

      const openings = epochs === 0 ? [openingBy(bob, 1, [alice, bob])] : alice.log.openings(0)
      await throwMutated(openings, others, random, async (opening) => {
        await victim.log.receiveOpenings([opening])
      })

      const heads = await Promise.all(
        [alice, bob].map(async ({ log, signing }) => encodeControl(await signHeads(log, signing))),
      )
      const signed = new Set(heads.map(toHex))
      let believed = 0
      await throwMutated(heads, others, random, async (bytes) => {
        const frame = parseControl(bytes)
        if (frame?.type !== 'heads' || signed.has(toHex(bytes))) return
        for (const { key } of [alice, bob]) {
          if (await verifyHeads(frame, victim.log, key)) believed++
        }
      })
      expect(believed).toBe(0)

      expect(victim.log.epochName).toBe(epochName)
      expect(victim.screen().filter((id) => !honest.has(id))).toEqual([])
      expect(victim.log.snapshot().equivocators).toEqual([])
      await catchUp(victim, alice)
      expect(victim.screen()).toEqual(alice.screen())
      expect(toHex(victim.wholeUpdate())).toBe(toHex(alice.wholeUpdate()))
      expect((await victim.reload()).screen()).toEqual(alice.screen())
    },
    IS_LONG ? 30 * MINUTES : 3 * MINUTES,
  )
})
