import { concatBytes, toHex } from '@hamsa/crypto'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { decodeUpdate } from '../../client/conversation/update-decoder.ts'
import { LogWorld, syncPair } from '../helpers/log-peer.ts'
import { chosenSeed, seededRandom } from '../helpers/seeded-random.ts'

const FRAMES = 5_000
const seed = chosenSeed()

/** One to four changes of a frame: bits, bytes, pieces taken out, doubled, cut off or brought in from another frame. */
function mutate(frame: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  let bytes: Uint8Array = frame.slice()
  const below = (limit: number) => Math.floor(random() * limit)
  // Half of the changes hit the first bytes, where the structure is.
  const place = () => (random() < 0.5 ? below(Math.min(64, bytes.length)) : below(bytes.length))
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = place()
    const end = at + below(bytes.length - at)
    switch (below(6)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
        break
      case 1:
        bytes[at] = below(256)
        break
      case 2:
        bytes = concatBytes(bytes.subarray(0, at), bytes.subarray(end))
        break
      case 3:
        bytes = concatBytes(bytes.subarray(0, end), bytes.subarray(at))
        break
      case 4:
        bytes = bytes.slice(0, at)
        break
      default:
        bytes = concatBytes(bytes.subarray(0, at), other.subarray(below(other.length)))
    }
  }
  return bytes
}

/** What the gate's decoder took, Yjs's own must read alike. */
function expectYjsAgrees(update: Uint8Array): void {
  const own = decodeUpdate(update)
  if (own.type === 'fault') return
  const { structs, ds } = Y.decodeUpdate(update)
  expect(ds.clients.size).toBe(0)
  const items = structs.filter((struct) => struct instanceof Y.Item)
  expect(items.map(({ id, parentSub, content }) => ({ ...id, parentSub, content }))).toEqual(
    own.items.map(({ client, clock, key, sealed }) => ({
      ...{ client, clock, parentSub: key },
      content: expect.objectContaining({ content: sealed }) as unknown,
    })),
  )
}

it(`[LG20] [LG34] ${FRAMES} mutated frames: no honest entry missing, no forged one shown (HAMSA_SEED=${seed})`, async () => {
  const random = seededRandom(seed)
  const world = new LogWorld()
  const [alice, bob, victim] = [await world.peer(), await world.peer(), await world.peer()]
  const frames: Uint8Array[] = []
  for (let turn = 0; turn < 20; turn++) {
    frames.push(await alice.sayAsUpdate(`a${turn}`), await bob.sayAsUpdate(`b${turn}`))
    if (turn % 4 === 3) {
      frames.push(alice.updateFor(bob), bob.updateFor(alice))
      await syncPair(alice, bob)
      frames.push(alice.wholeUpdate())
    }
  }
  const honest = new Set(alice.screen())
  const pick = () => frames[Math.floor(random() * frames.length)] ?? Uint8Array.of(0, 0)
  const verdicts = { accept: 0, hold: 0, refuse: 0 }
  for (let turn = 0; turn < FRAMES; turn++) {
    const update = mutate(pick(), pick(), random)
    expectYjsAgrees(update)
    verdicts[(await victim.log.receive(update)).type]++
  }
  expect(verdicts.refuse).toBeGreaterThan(FRAMES / 2)
  expect(victim.screen().filter((id) => !honest.has(id))).toEqual([])

  expect(await alice.give(victim)).toEqual({ type: 'accept' })
  expect(victim.screen()).toEqual(alice.screen())
  expect(toHex(victim.wholeUpdate())).toBe(toHex(alice.wholeUpdate()))
  expect((await victim.reload()).screen()).toEqual(alice.screen())
})
