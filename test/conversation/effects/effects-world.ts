import { identityFromSeed, parseSeed, type SigningPublicKey } from '@hamsa/crypto'
import type { EntryBody } from '../../../client/conversation/body.ts'
import type { PlacedEntry } from '../../../client/conversation/effects/placed-entry.ts'
import type { Rights, Role } from '../../../client/conversation/effects/rights.ts'
import { NO_CERTIFICATE, parseEntryId, parseWriterId } from '../../../client/conversation/ids.ts'
import type { EntryId, LogKind, WriterId } from '../../../client/conversation/log.ts'

/** Everybody who may write, by name. */
const ROLES = {
  sara: 'shopper',
  omar: 'shopper',
  owner: 'owner',
  agent: 'agent',
  moderator: 'moderator',
  keeper: 'keeper',
  stranger: null,
} as const satisfies Record<string, Role | null>

export type Person = keyof typeof ROLES
export const PEOPLE: readonly Person[] = [
  'sara',
  'omar',
  'owner',
  'agent',
  'moderator',
  'keeper',
  'stranger',
]

const KEYS = new Map<Person, SigningPublicKey>(
  PEOPLE.map((person, index) => {
    const seed = parseSeed(new Uint8Array(32).fill(index + 1))
    if (seed === null) throw new Error('32 bytes are a seed')
    return [person, identityFromSeed(seed).signing.publicKey]
  }),
)

export function keyOfPerson(person: Person): SigningPublicKey {
  const key = KEYS.get(person)
  if (key === undefined) throw new Error(`nobody is called ${person}`)
  return key
}

export function rightsIn(log: LogKind): Rights {
  const roles = new Map(PEOPLE.map((person) => [keyOfPerson(person), ROLES[person]]))
  return { log, roleOf: (author) => roles.get(author) ?? null }
}

/** The id of the entry with this number: any number names one, written or not. */
export function idOf(number: number): EntryId {
  const bytes = new Uint8Array(32)
  // Backwards, so that ids do not ascend with log order.
  new DataView(bytes.buffer).setUint32(0, 0xffffffff - number)
  const id = parseEntryId(bytes)
  if (id === null) throw new Error('32 bytes are an id')
  return id
}

export function writerOf(number: number): WriterId {
  const writer = parseWriterId(new Uint8Array(16).fill(number))
  if (writer === null) throw new Error('16 bytes are a writer')
  return writer
}

/** Entry `number` of a log, written at Lamport time `lamport`, by default in the order of the numbers. */
export function entryOf(
  number: number,
  person: Person,
  body: EntryBody,
  lamport = number + 1,
): PlacedEntry {
  return {
    id: idOf(number),
    author: keyOfPerson(person),
    certificate: NO_CERTIFICATE,
    writer: writerOf(1),
    sequence: number,
    lamport,
    body,
  }
}
