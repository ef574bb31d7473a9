import { randomBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { encodeRecord, MAX_RECORD_BYTES, parseRecord } from '../../client/recovery/record-codec.ts'
import type { EntriesRecord, RecoveryRecord } from '../../client/recovery/recovery-record.ts'
import type { ConversationRecord } from '../../client/session/conversation-record.ts'
import {
  certificateOf,
  shop,
  shopperOf,
  shopRecord,
  someConversation,
  someEntry,
  someEntryId,
  someLogId,
  stripped,
  whole,
} from './fixtures.ts'

const log = { kind: 'conversation', id: someLogId() } as const
const parents = Array.from({ length: 8 }, someEntryId).sort((left, right) =>
  Buffer.compare(left, right),
)
const entriesOf = (...entries: SignedEntry[]): EntriesRecord => ({ type: 'entries', log, entries })

const records: readonly RecoveryRecord[] = [
  shopRecord,
  { type: 'shop', keys: { ...shop, revocations: randomBytes(9_000) } },
  shopperOf(shop),
  someConversation(),
  { type: 'certificates', certificates: [certificateOf(shop), certificateOf(shop)] },
  { type: 'vault', name: 'epochs/AAAA/0', bytes: randomBytes(100) },
  entriesOf(
    someEntry(log.id, whole(new Uint8Array())),
    someEntry(log.id, whole(randomBytes(500)), { sequence: 1 }),
    someEntry(log.id, stripped(2 ** 18 - 1024), { sequence: 2 ** 32 - 1, parents }),
    someEntry(log.id, stripped(0), { lamport: 2 ** 48 - 1, wallTimeMs: 2 ** 48 - 1, kind: 255 }),
  ),
  { ...entriesOf(someEntry(log.id, stripped(1))), log: { ...log, kind: 'room' } },
  { ...entriesOf(someEntry(log.id, stripped(1))), log: { ...log, kind: 'staff' } },
  {
    type: 'end',
    counts: { conversations: 500, certificates: 3, vault: 0, entries: 2 ** 33 },
  },
]

describe('records of a recovery file', () => {
  it('[RC1] come back as they went in, each kind', () => {
    for (const record of records) {
      const bytes = encodeRecord(record)
      expect(parseRecord(bytes), record.type).toEqual(record)
      expect(bytes[0]).toBe(1)
    }
    expect(new Set(records.map(({ type }) => type)).size).toBe(7)
  })

  it('[RC1] hold what the desk keeps of a conversation', () => {
    const { type, ...kept } = someConversation()
    const record: ConversationRecord = kept
    expect(parseRecord(encodeRecord({ type, ...record }))).toEqual({ type, ...record })
  })

  it('[RC2] are null from any other bytes', () => {
    for (const record of records) {
      const bytes = encodeRecord(record)
      // Every length of the shorter ones; of the 9,000 bytes of a revocation list, some.
      const step = bytes.length > 2_000 ? 97 : 1
      for (let length = 0; length < bytes.length; length += step) {
        expect(parseRecord(bytes.slice(0, length)), `${record.type} ${length}`).toBeNull()
      }
      expect(parseRecord(Uint8Array.of(...bytes, 0)), record.type).toBeNull()
      expect(parseRecord(Uint8Array.of(2, ...bytes.slice(1)))).toBeNull()
    }
    for (const type of [0, 8, 255]) expect(parseRecord(Uint8Array.of(1, type))).toBeNull()
    fc.assert(
      fc.property(fc.nat(8), fc.uint8Array({ maxLength: 700 }), (type, rest) => {
        const record = parseRecord(Uint8Array.of(1, type, ...rest))
        if (record !== null) expect(parseRecord(encodeRecord(record))).toEqual(record)
      }),
      { numRuns: 3_000 },
    )
    expect(parseRecord(new Uint8Array(MAX_RECORD_BYTES + 1).fill(1))).toBeNull()
  })

  it('[RC2] have one byte form: whatever is changed in one, what is taken is written alike', () => {
    const small = records.filter(({ type }) => type !== 'shop').map(encodeRecord)
    fc.assert(
      fc.property(fc.constantFrom(...small), fc.nat(), fc.nat(255), (bytes, at, byte) => {
        const changed = bytes.slice()
        changed[at % bytes.length] = byte
        const record = parseRecord(changed)
        if (record !== null) expect(encodeRecord(record)).toEqual(changed)
      }),
      { numRuns: 3_000 },
    )
  })

  it('[RC3] never hold a writer or receipts, nor any other name that is not listed', () => {
    const names = [
      'writer/AAAA',
      'receipts/AAAA',
      'shop',
      'conversation/AAAA',
      'last-invite',
      'epochs/',
      'epochs',
      'epochs//x',
      'epochs/../writer/AAAA',
      'epochs/a b',
      'xepochs/AAAA',
      `epochs/${'a'.repeat(122)}`,
    ]
    const bytes = encodeRecord({ type: 'vault', name: 'epochs/AAAA', bytes: Uint8Array.of(9) })
    for (const name of names) {
      expect(() => encodeRecord({ type: 'vault', name, bytes: Uint8Array.of(9) })).toThrow(
        'bad-length',
      )
      const forged = Uint8Array.of(1, 5, name.length, ...Buffer.from(name), ...bytes.slice(-5))
      expect(parseRecord(forged), name).toBeNull()
    }
    const same = Uint8Array.of(1, 5, 11, ...Buffer.from('epochs/AAAA'), ...bytes.slice(-5))
    expect(same).toEqual(bytes)
  })

  it('[RC4] hold an entry as it was signed, whole or stripped, and no other shape of it', () => {
    const entry = someEntry(log.id, whole(randomBytes(10)), { sequence: 3 })
    const bad: SignedEntry[] = [
      { ...entry, sequence: 0 },
      { ...entry, previous: null },
      { ...entry, parents: parents.toReversed() },
      { ...entry, parents: parents.slice(0, 1).concat(parents.slice(0, 1)) },
      { ...entry, parents: [...parents, someEntryId()].sort((a, b) => Buffer.compare(a, b)) },
      { ...entry, lamport: 2 ** 48 },
      { ...entry, kind: 256 },
      { ...entry, content: { type: 'whole', salt: randomBytes(15), body: randomBytes(1) } },
      { ...entry, content: { type: 'stripped', bodyLength: 1, bodyHash: randomBytes(31) } },
      { ...entry, content: stripped(2 ** 18 + 1) },
      { ...entry, content: whole(new Uint8Array(2 ** 18 + 1)) },
    ]
    for (const one of bad) expect(() => encodeRecord(entriesOf(one))).toThrow(/bad-/)
    expect(() => encodeRecord(entriesOf())).toThrow('bad-length')
  })

  it('[RC4] hold no entry of another log, and none whose body is another than was signed', () => {
    const entry = someEntry(log.id, whole(randomBytes(10)))
    const bytes = encodeRecord(entriesOf(entry))
    const other = bytes.slice()
    other.set(someLogId(), 3) // the record's log; the entry still names its own
    expect(parseRecord(other)).toBeNull()
    for (let at = bytes.length - 26; at < bytes.length; at++) {
      const changed = bytes.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(parseRecord(changed), `byte ${at} of salt and body`).toBeNull()
    }
    // An id is never taken at its word.
    expect(parseRecord(encodeRecord(entriesOf({ ...entry, id: someEntryId() })))).toEqual(
      entriesOf(entry),
    )
  })

  it('[RC5] have at most 512 KiB, and 256 entries', () => {
    const one = someEntry(log.id, whole(new Uint8Array()))
    expect(
      parseRecord(encodeRecord(entriesOf(...Array<SignedEntry>(256).fill(one)))),
    ).not.toBeNull()
    expect(() => encodeRecord(entriesOf(...Array<SignedEntry>(257).fill(one)))).toThrow('bad-')
    const big = someEntry(log.id, whole(new Uint8Array(261_800)))
    expect(parseRecord(encodeRecord(entriesOf(big)))).toEqual(entriesOf(big))
    expect(() => encodeRecord(entriesOf(big, big, big))).toThrow('bad-length')
  })
})
