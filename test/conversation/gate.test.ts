import { concatBytes, randomBytes, seal, toBase64Url } from '@hamsa/crypto'
import * as encoding from 'lib0/encoding'
import { beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { clientIdOf } from '../../client/conversation/client-id.ts'
import { sealEntry } from '../../client/conversation/entry-seal.ts'
import { decodeEntry, verifyEntry } from '../../client/conversation/entry.ts'
import { headerOf } from '../../client/conversation/entry-header.ts'
import { parseEntryId } from '../../client/conversation/ids.ts'
import type { EntryId, Verdict } from '../../client/conversation/log.ts'
import { MAX_UPDATE_BYTES } from '../../client/conversation/update-decoder.ts'
import { encodeUpdate } from '../../client/conversation/update-encoder.ts'
import { bytesOf, forgeEntry, itemOf, updateOf } from '../helpers/forged-entry.ts'
import { signAgain } from '../helpers/second-signature.ts'
import { LogWorld, makeLogId, makeSigningPair, type LogPeer } from '../helpers/log-peer.ts'

let world: LogWorld
let alice: LogPeer
let bob: LogPeer

beforeEach(async () => {
  world = new LogWorld()
  alice = await world.peer()
  bob = await world.peer()
  await alice.say('one')
  await alice.give(bob)
})

/** Bob gets this update; nothing of his may change unless it is accepted. */
async function tryOnBob(update: Uint8Array): Promise<Verdict> {
  const screen = bob.screen()
  const replica = bob.wholeUpdate()
  const rows = bob.store.rows
  const verdict = await bob.log.receive(update)
  if (verdict.type !== 'accept') {
    expect(bob.screen()).toEqual(screen)
    expect(bob.wholeUpdate()).toEqual(replica)
    // Another history of an author is kept beside the first, out of sight.
    const isOther = verdict.type === 'refuse' && verdict.author !== undefined
    if (!isOther) expect(bob.store.rows).toEqual(rows)
  }
  return verdict
}

const refused = (reason: string) => ({ type: 'refuse', reason })

/** An update that a stock Yjs document makes of some edit. */
function yjsUpdate(edit: (doc: Y.Doc) => void, clientId?: number): Uint8Array {
  const doc = new Y.Doc()
  if (clientId !== undefined) doc.clientID = clientId
  edit(doc)
  return Y.encodeStateAsUpdate(doc)
}

/** Under which Yjs carries this peer's entries. */
function clientOf({ key, writer }: LogPeer): number {
  return clientIdOf(world.ref.id, 0, key, writer)
}

function randomEntryId(): EntryId {
  const id = parseEntryId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are an entry id')
  return id
}

describe('the gate refuses what no honest replica sends', () => {
  it('[LG20] bytes that are no update, cut short, or followed by more', async () => {
    const whole = alice.wholeUpdate()
    expect(await tryOnBob(new Uint8Array())).toEqual(refused('malformed'))
    expect(await tryOnBob(randomBytes(3).fill(255))).toEqual(refused('malformed'))
    expect(await tryOnBob(concatBytes(whole, Uint8Array.of(0)))).toEqual(refused('malformed'))
    for (let length = 1; length < whole.length; length += 7) {
      expect(await tryOnBob(whole.subarray(0, length))).toEqual(refused('malformed'))
    }
  })

  it('[LG20] 20,000 levels of nesting, without a deep stack', async () => {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, 7)
    encoding.writeVarUint(encoder, 0)
    encoding.writeUint8(encoder, 0b0010_1000) // ContentAny under a key
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarString(encoder, 'log')
    encoding.writeVarString(encoder, 'key')
    encoding.writeVarUint(encoder, 1)
    for (let depth = 0; depth < 20_000; depth++) {
      encoding.writeUint8(encoder, 117) // an array of
      encoding.writeVarUint(encoder, 1) // one
    }
    encoding.writeUint8(encoder, 126)
    encoding.writeVarUint(encoder, 0)
    const update = encoding.toUint8Array(encoder)
    expect(() => Y.decodeUpdate(update)).toThrow(RangeError)
    expect(await tryOnBob(update)).toEqual(refused('content'))
  })

  it('[LG21] a delete set, early or late', async () => {
    const client = itemOf(world, forgeEntry(world, alice.signing)).client
    const early = encoding.createEncoder()
    for (const value of [0, 1, client, 1, 0, 1_000]) encoding.writeVarUint(early, value)
    expect(await tryOnBob(encoding.toUint8Array(early))).toEqual(refused('delete-set'))

    const doc = new Y.Doc({ gc: false })
    Y.applyUpdate(doc, alice.wholeUpdate())
    const before = Y.encodeStateVector(doc)
    doc.getMap('log').clear()
    expect(await tryOnBob(Y.encodeStateAsUpdate(doc, before))).toEqual(refused('delete-set'))
    expect(bob.texts()).toEqual(['one'])
  })

  it('[LG22] garbage structs, a jump of the clock among them', async () => {
    const encoder = encoding.createEncoder()
    for (const value of [1, 1, clientOf(alice), 1]) encoding.writeVarUint(encoder, value)
    encoding.writeUint8(encoder, 0)
    for (const value of [2 ** 40, 0]) encoding.writeVarUint(encoder, value)
    expect(await tryOnBob(encoding.toUint8Array(encoder))).toEqual(refused('garbage'))
  })

  it.each<[string, string, (doc: Y.Doc) => void]>([
    ['a nested map', 'content', (doc) => void doc.getMap('log').set('key', new Y.Map())],
    ['a text', 'content', (doc) => void doc.getMap('log').set('key', 'text')],
    ['a number', 'content', (doc) => void doc.getMap('log').set('key', 7)],
    ['a subdocument', 'content', (doc) => void doc.getMap('log').set('key', new Y.Doc())],
    ['another root', 'parent', (doc) => void doc.getMap('els').set('key', new Uint8Array(9))],
    ['an array item', 'parent', (doc) => doc.getArray('log').push([new Uint8Array(9)])],
    ['rich text', 'content', (doc) => doc.getText('log').insert(0, 'abc')],
  ])(
    '[LG23] content that is no binary under a key of the root map: %s',
    async (_, reason, edit) => {
      expect(await tryOnBob(yjsUpdate(edit))).toEqual(refused(reason))
    },
  )

  it('[LG24] an origin: the same key set twice', async () => {
    const update = yjsUpdate((doc) => {
      doc.getMap('log').set('key', new Uint8Array(9))
      doc.getMap('log').set('key', new Uint8Array(9))
    })
    // The first of the two was replaced, so Yjs made garbage of it.
    expect(await tryOnBob(update)).toEqual(expect.objectContaining({ type: 'refuse' }))
    const doc = new Y.Doc({ gc: false })
    doc.getMap('log').set('key', new Uint8Array(9))
    const before = Y.encodeStateVector(doc)
    doc.getMap('log').set('key', new Uint8Array(9))
    expect(await tryOnBob(Y.encodeStateAsUpdate(doc, before))).toEqual(refused('origin'))
  })

  it('[LG25] one client in two sections, of which Yjs would see the last only, or an empty section', async () => {
    const one = encodeUpdate([itemOf(world, forgeEntry(world, alice.signing))])
    const body = one.subarray(1, -1)
    const twice = concatBytes(Uint8Array.of(2), body, body, Uint8Array.of(0))
    expect(await tryOnBob(twice)).toEqual(refused('client-twice'))
    const emptySection = Uint8Array.of(1, 0, 7, 0, 0)
    expect(await tryOnBob(emptySection)).toEqual(refused('malformed'))
  })

  it('[LG26] a seal under another key, or a second sealed form of one entry', async () => {
    const decoded = forgeEntry(world, alice.signing)
    const otherKey = sealEntry(world.ref.id, decoded, {
      ...world.epoch,
      key: randomBytes(32),
    })
    const update = encodeUpdate([itemOf(world, decoded, { sealed: otherKey })])
    expect(await tryOnBob(update)).toEqual(refused('seal'))

    const form = sealEntry(world.ref.id, decoded, world.epoch)
    const box = seal(world.epoch.key, bytesOf(world, decoded)) // another nonce, the same entry
    const secondForm = concatBytes(form.subarray(0, form.length - box.length), box)
    const second = encodeUpdate([itemOf(world, decoded, { sealed: secondForm })])
    expect(await tryOnBob(second)).toEqual(refused('seal'))
  })

  it('[LG27] a key that is not the entry id', async () => {
    const decoded = forgeEntry(world, alice.signing)
    const update = encodeUpdate([itemOf(world, decoded, { key: toBase64Url(randomBytes(32)) })])
    expect(await tryOnBob(update)).toEqual(refused('key'))
  })

  it('[LG27] a client id or clock that is not as derived', async () => {
    const decoded = forgeEntry(world, bob.signing)
    const spoofed = itemOf(world, decoded, { client: clientOf(alice) })
    expect(await tryOnBob(encodeUpdate([spoofed]))).toEqual(refused('client'))
    const random = itemOf(world, decoded, { client: 12_345 })
    expect(await tryOnBob(encodeUpdate([random]))).toEqual(refused('client'))
    const late = itemOf(world, decoded, { clock: 3 })
    expect(await tryOnBob(encodeUpdate([late]))).toEqual(refused('clock'))
  })

  it('[LG27] an entry of another log', async () => {
    const other = { ...world, ref: { ...world.ref, id: makeLogId() } }
    const decoded = forgeEntry(other, alice.signing)
    expect(await tryOnBob(updateOf(other, decoded))).toEqual(refused('other-log'))
  })

  it('[LG28] a signature that its author did not make', async () => {
    const mallory = makeSigningPair()
    const bytes = bytesOf(world, forgeEntry(world, mallory)).slice()
    bytes.set(alice.key, 33) // the author field
    const decoded = decodeEntry(bytes, 'whole')
    if (decoded === null) throw new Error('still well-formed')
    expect(await tryOnBob(updateOf(world, decoded.entry))).toEqual(refused('signature'))
  })

  it('[LG30] a Lamport time that does not follow from its causes', async () => {
    const parents = bob.log.heads().map((head) => head.id)
    for (const lamport of [0, 1, 3, 2 ** 48 - 1]) {
      const decoded = forgeEntry(world, alice.signing, { parents, lamport })
      expect(await tryOnBob(updateOf(world, decoded))).toEqual(refused('lamport'))
    }
    const right = forgeEntry(world, alice.signing, { parents, lamport: 2 })
    expect(await tryOnBob(updateOf(world, right))).toEqual({ type: 'accept' })
  })

  it('[LG37] an update longer than any log', async () => {
    expect(await tryOnBob(new Uint8Array(MAX_UPDATE_BYTES + 1))).toEqual(refused('too-large'))
  })
})

describe('the gate convicts the author, not the carrier', () => {
  it('[LG29] of a second entry at a known place', async () => {
    const writer = alice.writer
    const second = forgeEntry(world, alice.signing, { writer })
    const author = alice.key
    const verdict = await tryOnBob(updateOf(world, second))
    expect(verdict).toEqual({ type: 'refuse', reason: 'equivocation', author })
    expect(bob.texts()).toEqual(['one'])
  })

  it('[LG29] of an entry that continues a history other than the known one', async () => {
    const writer = alice.writer
    const other = forgeEntry(world, alice.signing, { writer })
    const next = forgeEntry(world, alice.signing, {
      writer,
      sequence: 1,
      previous: other.id,
      lamport: 2,
    })
    const author = alice.key
    const verdict = await tryOnBob(updateOf(world, next))
    expect(verdict).toEqual({ type: 'refuse', reason: 'equivocation', author })
  })

  it('[LG31] but takes the same header under another signature for the repeat it is', async () => {
    const first = forgeEntry(world, alice.signing)
    await bob.log.receive(updateOf(world, first))
    const rows = bob.store.rows
    const replica = bob.wholeUpdate()
    const header = headerOf(world.ref.id, first)
    const bytes = bytesOf(world, first).slice()
    bytes.set(signAgain('hamsa/entry/1', header, alice.signing), header.length)
    const resigned = decodeEntry(bytes, 'whole')?.entry
    if (resigned === undefined) throw new Error('still well-formed')
    expect(resigned.id).toEqual(first.id)
    expect(resigned.signature).not.toEqual(first.signature)
    expect(await verifyEntry(world.ref.id, resigned)).toBe(true)
    expect(await bob.log.receive(updateOf(world, resigned))).toEqual({ type: 'accept' })
    expect(bob.store.rows).toEqual(rows)
    expect(bob.wholeUpdate()).toEqual(replica)
  })
})

describe('the gate holds what is not usable yet', () => {
  const held = (reason: string) => ({ type: 'hold', reason })

  it('[LG32] after a lost frame, until the sync fills the gap', async () => {
    const lost = await alice.sayAsUpdate('two')
    const next = await alice.sayAsUpdate('three')
    expect(await tryOnBob(next)).toEqual(held('gap'))
    expect(await tryOnBob(lost)).toEqual({ type: 'accept' })
    expect(await tryOnBob(next)).toEqual({ type: 'accept' })
    expect(bob.texts()).toEqual(['one', 'two', 'three'])
  })

  it('[LG32] a Skip, which Yjs writes where it misses something itself', async () => {
    await alice.sayAsUpdate('two')
    const first = alice.wholeUpdate()
    await alice.say('three')
    const fourth = await alice.sayAsUpdate('four')
    const merged = Y.mergeUpdates([first, fourth])
    expect(Y.decodeUpdate(merged).structs.some((one) => one instanceof Y.Skip)).toBe(true)
    expect(await tryOnBob(merged)).toEqual(held('gap'))
    expect(await tryOnBob(alice.wholeUpdate())).toEqual({ type: 'accept' })
    await alice.say('five')
    const skipsWhatBobKnows = Y.mergeUpdates([first, await alice.sayAsUpdate('six')])
    expect(await tryOnBob(skipsWhatBobKnows)).toEqual(held('gap'))
    await alice.give(bob)
    expect(await tryOnBob(skipsWhatBobKnows)).toEqual({ type: 'accept' })
  })

  it('[LG32] an author who is no member yet', async () => {
    const carol = await world.peer({ isMember: false })
    const update = await carol.sayAsUpdate('may I?')
    expect(await tryOnBob(update)).toEqual(held('unknown-author'))
    world.admit(carol.key)
    expect(await tryOnBob(update)).toEqual({ type: 'accept' })
  })

  it('[LG32] an entry whose parents are not there', async () => {
    const decoded = forgeEntry(world, alice.signing, { parents: [randomEntryId()], lamport: 2 })
    expect(await tryOnBob(updateOf(world, decoded))).toEqual(held('missing-parents'))
  })

  it.each([
    ['newer', 1, 5],
    ['rival', 0, 5],
  ])('[LG39] what is sealed for a %s epoch', async (_, number, tag) => {
    const decoded = forgeEntry(world, alice.signing)
    const sealed = sealEntry(world.ref.id, decoded, { number, tag, key: randomBytes(32) })
    const update = encodeUpdate([itemOf(world, decoded, { sealed })])
    expect(await tryOnBob(update)).toEqual(held('other-epoch'))
  })

  it('[LG33] but an offence in the same update outweighs that', async () => {
    const orphan = forgeEntry(world, alice.signing, { parents: [randomEntryId()], lamport: 2 })
    const foreign = itemOf(world, forgeEntry(world, alice.signing), { client: 7 })
    const update = encodeUpdate([itemOf(world, orphan), foreign])
    expect(await tryOnBob(update)).toEqual(refused('client'))
  })

  it('[LG34] all of an update or nothing: one missing parent keeps the good entries out', async () => {
    const good = forgeEntry(world, alice.signing)
    const orphan = forgeEntry(world, alice.signing, { parents: [randomEntryId()], lamport: 2 })
    expect(await tryOnBob(updateOf(world, good, orphan))).toEqual(held('missing-parents'))
    expect(await tryOnBob(updateOf(world, good))).toEqual({ type: 'accept' })
  })
})

describe('the gate accepts', () => {
  it('[LG35] fifty clocks of several authors in one frame, effect before cause', async () => {
    const carol = await world.peer()
    for (let turn = 0; turn < 25; turn++) {
      await alice.say(`a${turn}`)
      await alice.give(carol)
      await carol.say(`c${turn}`)
      await carol.give(alice)
    }
    expect(await tryOnBob(alice.updateFor(bob))).toEqual({ type: 'accept' })
    expect(bob.screen()).toEqual(alice.screen())
    expect(bob.texts()).toHaveLength(51)
  })

  it('[LG36] repeats, whole or in part, without a change', async () => {
    let told = 0
    bob.log.subscribe(() => told++)
    expect(await tryOnBob(alice.wholeUpdate())).toEqual({ type: 'accept' })
    expect(told).toBe(0)
    await alice.say('two')
    expect(await tryOnBob(alice.wholeUpdate())).toEqual({ type: 'accept' })
    expect(told).toBe(2) // of the new one: drawn, then stored
    expect(bob.texts()).toEqual(['one', 'two'])
  })

  it('[LG36] the empty update with which a sync ends', async () => {
    expect(await tryOnBob(Y.encodeStateAsUpdate(new Y.Doc()))).toEqual({ type: 'accept' })
  })

  it('[LG12] with the screen and Yjs behind storage at every moment', async () => {
    const update = await alice.sayAsUpdate('two')
    const seen: unknown[] = []
    bob.store.beforePut = () => void seen.push(bob.texts(), bob.doc.getMap('log').size)
    expect(await tryOnBob(update)).toEqual({ type: 'accept' })
    expect(seen).toEqual([['one'], 1])
    expect(bob.doc.getMap('log').size).toBe(2)
  })

  it('[LG12] and brings Yjs up to date itself: the frame that the link passes on then changes nothing', async () => {
    const update = await alice.sayAsUpdate('two')
    expect(await tryOnBob(update)).toEqual({ type: 'accept' })
    let updates = 0
    bob.doc.on('update', () => updates++)
    Y.applyUpdate(bob.doc, update)
    expect(updates).toBe(0)
    expect(bob.wholeUpdate()).toEqual(alice.wholeUpdate())
  })
})
