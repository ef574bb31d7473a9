import { randomBytes, seal } from '@hamsa/crypto'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { sealEntry, type Epoch } from '../../client/conversation/entry-seal.ts'
import { decodeEntry } from '../../client/conversation/entry.ts'
import { parseEntryId } from '../../client/conversation/ids.ts'
import type { EntryId, HoldReason, Verdict } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { MAX_UPDATE_BYTES } from '../../client/conversation/update-decoder.ts'
import { encodeUpdate } from '../../client/conversation/update-encoder.ts'
import type { Ground } from './log-arena.ts'
import { bytesOf, forgeEntry, itemOf, updateOf } from './forged-entry.ts'
import {
  binary,
  bytesBy,
  CONTENT,
  rawItem,
  rawUpdate,
  span,
  text,
  varUints,
  type RawItem,
  type Write,
} from './log-forgery.ts'
import { makeLogId } from './log-peer.ts'

/* What a member who has the epoch's key can try with one update, and what the gate says of it. */

/** Rule, what is tried, verdict, the update. */
export type Attack = readonly [string, string, Verdict, (ground: Ground) => Uint8Array]

const refuse = (reason: string): Verdict => ({ type: 'refuse', reason })
const hold = (reason: HoldReason): Verdict => ({ type: 'hold', reason })
const ACCEPT: Verdict = { type: 'accept' }

function randomId(): EntryId {
  const id = parseEntryId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are an entry id')
  return id
}

/** One item at Mallory's next place, by hand. */
function ownItem({ client, next, mallory }: Ground, item: RawItem): Uint8Array {
  return rawUpdate([{ client: client(mallory), clock: next(mallory), structs: [rawItem(item)] }])
}

/** Some bytes where an entry should be, with other surroundings than an entry has. */
function ownBinary(arena: Ground, around: Omit<RawItem, 'kind' | 'content'>): Uint8Array {
  return ownItem(arena, { kind: CONTENT.binary, content: binary(randomBytes(9)), ...around })
}

/** One item that holds an entry, as an honest replica would carry it but for these fields. */
function withFields(
  { forger }: Ground,
  entry: SignedEntry,
  fields: Parameters<typeof itemOf>[2],
): Uint8Array {
  return encodeUpdate([itemOf(forger, entry, fields)])
}

function sealedFor(arena: Ground, epoch: Epoch): Uint8Array {
  const entry = arena.fresh()
  return withFields(arena, entry, { sealed: sealEntry(arena.world.ref.id, entry, epoch) })
}

/** An own entry behind Skips of these lengths. */
function behindSkips({ forger, fresh }: Ground, ...lengths: readonly number[]): Uint8Array {
  const { client, key, sealed } = itemOf(forger, fresh())
  const item = rawItem({ kind: CONTENT.binary, content: binary(sealed), key })
  const skips = lengths.map((length) => span('skip', length))
  return rawUpdate([{ client, clock: 0, structs: [...skips, item] }])
}

/** The shop's next entry in all but its signature, which is Mallory's. */
function inTheShopsName({ world, forger, shop, mallory, next }: Ground): Uint8Array {
  const last = shop.log.heads().find(({ writer }) => writer.join() === shop.writer.join())
  if (last === undefined) throw new Error('the shop wrote')
  const lamport = 1 + Math.max(...shop.log.snapshot().entries.map((entry) => entry.lamport))
  const entry = forgeEntry(world, mallory.signing, {
    ...{ writer: shop.writer, sequence: last.sequence + 1, previous: last.id, lamport },
  })
  const bytes = bytesOf(world, entry).slice()
  bytes.set(shop.key, 33) // the author field
  const forged = decodeEntry(bytes, 'whole')
  if (forged === null) throw new Error('still well-formed')
  return encodeUpdate([itemOf(forger, forged.entry, { clock: next(shop) })])
}

/** Another box around the shop's last entry, under a key of its own, or it would be passed over as a repeat. */
function sealedAgain(arena: Ground): Uint8Array {
  const { shop, world, epoch } = arena
  const own = shop.log.snapshot().entries.filter(({ author }) => author.join() === shop.key.join())
  const entry = own.at(-1)
  if (entry === undefined) throw new Error('the shop wrote')
  const form = sealEntry(world.ref.id, entry, epoch)
  const box = seal(epoch.key, bytesOf(world, entry))
  const sealed = Uint8Array.from([...form.subarray(0, form.length - box.length), ...box])
  return withFields(arena, entry, { sealed, key: 'other' })
}

/** Everything in the open document deleted, as Yjs itself writes it. */
function allCleared({ victim }: Ground): Uint8Array {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(victim.doc))
  const before = Y.encodeStateVector(doc)
  doc.getMap('log').clear()
  return Y.encodeStateAsUpdate(doc, before)
}

/** So many arrays within each other around nothing, as Yjs writes any JSON. */
function nested(levels: number): Write {
  return (encoder) => {
    varUints(1)(encoder)
    for (let level = 0; level < levels; level++) {
      encoding.writeUint8(encoder, 117) // an array of
      varUints(1)(encoder) // one
    }
    encoding.writeUint8(encoder, 126) // null
  }
}

/** A type that Yjs nests: array 0, map 1, text 2, XML element 3, fragment 4, hook 5, XML text 6. */
const aType = (code: number): RawItem => ({
  kind: CONTENT.type,
  content: code === 3 || code === 5 ? and(varUints(code), text('p')) : varUints(code),
})

function and(...writes: readonly Write[]): Write {
  return (encoder) => {
    for (const write of writes) write(encoder)
  }
}

const theShops = ({ client, shop }: Ground, clock = 0) => ({ client: client(shop), clock })

const DELETING: readonly Attack[] = [
  [
    'LG21',
    'an early delete set: the next thousand clocks of an honest writer',
    refuse('delete-set'),
    ({ client, next, shop }) => rawUpdate([], [[client(shop), next(shop), 1_000]]),
  ],
  [
    'LG21',
    'a delete set behind a good entry',
    refuse('delete-set'),
    ({ forger, fresh, client, shop }) => {
      const good = updateOf(forger, fresh())
      const deletes = bytesBy(varUints(1, client(shop), 1, 0, 9))
      return Uint8Array.from([...good.subarray(0, -1), ...deletes])
    },
  ],
  ['LG21', 'the whole document deleted', refuse('delete-set'), allCleared],
  [
    'LG22',
    'garbage in the next places of an honest writer',
    refuse('garbage'),
    (arena) =>
      rawUpdate([{ ...theShops(arena, arena.next(arena.shop)), structs: [span('gc', 5)] }]),
  ],
  [
    'LG22',
    'a jump of an honest writer’s clock',
    refuse('garbage'),
    (arena) =>
      rawUpdate([{ ...theShops(arena, arena.next(arena.shop)), structs: [span('gc', 2 ** 50)] }]),
  ],
  [
    'LG36',
    'a Skip over the next places of an honest writer, and nothing else',
    ACCEPT,
    (arena) =>
      rawUpdate([{ ...theShops(arena, arena.next(arena.shop)), structs: [span('skip', 2 ** 50)] }]),
  ],
  ['LG27', 'an own entry behind a Skip', refuse('clock'), (arena) => behindSkips(arena, 2 ** 40)],
  [
    'LG27',
    'an own entry behind Skips past all whole numbers',
    refuse('clock'),
    (arena) => behindSkips(arena, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  ],
]

const MISPLACED: readonly Attack[] = [
  [
    'LG27',
    'an own entry under a client id that is nobody’s',
    refuse('client'),
    (arena) => withFields(arena, arena.fresh(), { client: 12_345 }),
  ],
  [
    'LG27',
    'an own entry under an honest writer’s client id, at its next clock',
    refuse('client'),
    (arena) => withFields(arena, arena.fresh(), theShops(arena, arena.next(arena.shop))),
  ],
  ['LG28', 'an entry in an honest writer’s name and place', refuse('signature'), inTheShopsName],
  [
    'LG27',
    'an own entry at another clock than its own',
    refuse('clock'),
    (arena) => withFields(arena, arena.fresh(), { clock: 7 }),
  ],
  [
    'LG27',
    'an own entry under the key of an honest one',
    refuse('key'),
    (arena) => {
      const [entry] = arena.shop.log.snapshot().entries
      return withFields(arena, arena.fresh(), { key: entry?.key ?? '' })
    },
  ],
  [
    'LG27',
    'an entry of another log',
    refuse('other-log'),
    ({ epoch, mallory }) => {
      const elsewhere = { ref: { kind: 'room', id: makeLogId() } as const, epoch }
      return updateOf(elsewhere, forgeEntry(elsewhere, mallory.signing))
    },
  ],
  [
    'LG39',
    'an entry for an epoch to come',
    hold('other-epoch'),
    (arena) => sealedFor(arena, { ...arena.epoch, number: arena.epoch.number + 1 }),
  ],
  [
    'LG39',
    'an entry for a rival of the open epoch',
    hold('other-epoch'),
    (arena) => sealedFor(arena, { ...arena.epoch, tag: (arena.epoch.tag + 1) % 2 ** 32 }),
  ],
  [
    'LG26',
    'a seal under another key',
    refuse('seal'),
    (arena) => sealedFor(arena, { ...arena.epoch, key: randomBytes(32) }),
  ],
  ['LG26', 'a second sealed form of an honest entry', refuse('seal'), sealedAgain],
  [
    'LG30',
    'a Lamport time that leaves no room for others',
    refuse('lamport'),
    ({ forger, fresh }) => updateOf(forger, fresh({ lamport: 2 ** 48 - 1 })),
  ],
  [
    'LG32',
    'parents that nobody has',
    hold('missing-parents'),
    ({ forger, fresh }) => updateOf(forger, fresh({ parents: [randomId()], lamport: 2 })),
  ],
  [
    'LG32',
    'an entry far ahead of its writer’s last',
    hold('gap'),
    ({ forger, fresh }) =>
      updateOf(forger, fresh({ sequence: 2 ** 32 - 1, previous: randomId(), lamport: 9 })),
  ],
  ['LG36', 'the whole document once more', ACCEPT, ({ mallory }) => mallory.wholeUpdate()],
]

const OTHER_CONTENT: readonly Attack[] = (
  [
    ['a nested map', aType(1)],
    ['a nested array', aType(0)],
    ['a text', aType(2)],
    ['an XML element', aType(3)],
    ['an XML fragment', aType(4)],
    ['an XML hook', aType(5)],
    ['an XML text', aType(6)],
    ['a string', { kind: CONTENT.string, content: text('a') }],
    ['JSON', { kind: CONTENT.json, content: and(varUints(1), text('{"a":1}')) }],
    ['an embed', { kind: CONTENT.embed, content: text('{"a":1}') }],
    ['a format', { kind: CONTENT.format, content: and(text('bold'), text('true')) }],
    ['a subdocument', { kind: CONTENT.doc, content: and(text('guid'), nested(0)) }],
    ['a piece already deleted', { kind: CONTENT.deleted, content: varUints(3) }],
    ['any JSON', { kind: CONTENT.any, content: nested(1) }],
    ['20,000 levels of nesting', { kind: CONTENT.any, content: nested(20_000) }],
    ['a kind that Yjs does not know', { kind: 11, content: varUints(1) }],
  ] as const
).map(([what, item]) => ['LG23', what, refuse('content'), (arena) => ownItem(arena, item)])

const ELSEWHERE: readonly Attack[] = [
  ['LG23', 'another root', refuse('parent'), (arena) => ownBinary(arena, { parent: 'els' })],
  ['LG23', 'a root with no name', refuse('parent'), (arena) => ownBinary(arena, { parent: '' })],
  [
    'LG23',
    'an item within an honest one',
    refuse('parent'),
    (arena) => ownBinary(arena, { parent: theShops(arena) }),
  ],
  ['LG23', 'an item of a list', refuse('parent'), (arena) => ownBinary(arena, { key: null })],
  [
    'LG24',
    'an origin: what stands under an honest entry’s key is set anew',
    refuse('origin'),
    (arena) => ownBinary(arena, { origin: theShops(arena) }),
  ],
  [
    'LG24',
    'a right origin',
    refuse('origin'),
    (arena) => ownBinary(arena, { rightOrigin: theShops(arena) }),
  ],
  [
    'LG24',
    'both origins',
    refuse('origin'),
    (arena) => ownBinary(arena, { origin: theShops(arena), rightOrigin: theShops(arena) }),
  ],
]

const MALFORMED: readonly Attack[] = [
  [
    'LG25',
    'one client in two sections',
    refuse('client-twice'),
    ({ forger, fresh }) => {
      const section = updateOf(forger, fresh()).subarray(1, -1)
      return Uint8Array.from([2, ...section, ...section, 0])
    },
  ],
  [
    'LG25',
    'a section of nothing',
    refuse('malformed'),
    (arena) => rawUpdate([{ ...theShops(arena), structs: [] }]),
  ],
  [
    'LG20',
    'more sections than there are numbers',
    refuse('malformed'),
    () => bytesBy(varUints(Number.MAX_SAFE_INTEGER)),
  ],
  [
    'LG20',
    'a section of more structs than there are numbers',
    refuse('garbage'), // what is not there reads as 0
    ({ client, shop }) => bytesBy(varUints(1, Number.MAX_SAFE_INTEGER, client(shop), 0)),
  ],
  ['LG20', 'a number without an end', refuse('malformed'), () => new Uint8Array(64).fill(255)],
  [
    'LG20',
    'a client id of 60 bits',
    refuse('malformed'),
    () => Uint8Array.of(1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 15, 0, 0, 1, 0),
  ],
  [
    'LG20',
    'content of a petabyte',
    refuse('malformed'),
    (arena) => ownItem(arena, { kind: CONTENT.binary, content: varUints(2 ** 50) }),
  ],
  [
    'LG20',
    'something behind the end',
    refuse('malformed'),
    ({ mallory }) => Uint8Array.from([...mallory.wholeUpdate(), 0]),
  ],
  ['LG37', 'more than any epoch', refuse('too-large'), () => new Uint8Array(MAX_UPDATE_BYTES + 1)],
]

export const ATTACKS: readonly Attack[] = [
  ...DELETING,
  ...MISPLACED,
  ...OTHER_CONTENT,
  ...ELSEWHERE,
  ...MALFORMED,
]
