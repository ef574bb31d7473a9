import {
  identityFromSeed,
  parseConversationSecret,
  parseInviteId,
  parseInviteSecret,
  parseSeed,
  type InviteId,
  type SigningPublicKey,
} from '@hamsa/crypto'
import type { BodyOf } from '../../client/conversation/bodies/body-codec.ts'
import type { StaffBody } from '../../client/conversation/body.ts'
import type { PlacedEntry } from '../../client/conversation/effects/placed-entry.ts'
import {
  NO_CERTIFICATE,
  parseEntryId,
  parseLogId,
  parseWriterId,
} from '../../client/conversation/ids.ts'
import type { EntryId } from '../../client/conversation/log.ts'
import { StaffState } from '../../client/staff/staff-state.ts'

function present<Value>(value: Value | null): Value {
  if (value === null) throw new Error('a fixture breaks its format')
  return value
}

const identityOf = (number: number) =>
  identityFromSeed(present(parseSeed(new Uint8Array(32).fill(number))))

const identities = Array.from({ length: 6 }, (_, number) => identityOf(number + 1))

function identity(number: number) {
  const known = identities[number]
  if (known === undefined) throw new Error(`there is no identity ${number}`)
  return known
}

/** Shoppers 0 to 3. */
export const shopper = (number: number): SigningPublicKey => identity(number).signing.publicKey
/** Devices of the shop, 0 and 1. */
export const device = (number: number): SigningPublicKey => identity(4 + number).signing.publicKey

export const inviteId = (number: number): InviteId =>
  present(parseInviteId(new Uint8Array(16).fill(number)))

export function entryId(number: number): EntryId {
  const bytes = new Uint8Array(32)
  // Backwards, so that ids do not ascend with log order.
  new DataView(bytes.buffer).setUint32(0, 0xffffffff - number)
  return present(parseEntryId(bytes))
}

/** Entry `number` of the staff log, by one of the shop's two devices. */
export function staffEntry(
  number: number,
  body: PlacedEntry['body'],
  { lamport = number + 1, by = 0 }: { readonly lamport?: number; readonly by?: number } = {},
): PlacedEntry {
  return {
    id: entryId(number),
    author: device(by),
    certificate: NO_CERTIFICATE,
    writer: present(parseWriterId(new Uint8Array(16).fill(by))),
    sequence: number,
    lamport,
    body,
  }
}

/** The state after these were said one after another; the first is number 0. */
export function stateAfter(...bodies: readonly StaffBody[]): StaffState {
  return stateOf(bodies.map((body, number) => staffEntry(number, body)))
}

/** A profile's number is its first byte; 0 makes it none. */
export const numberOf = ([first = 0]: Uint8Array): number | null => (first === 0 ? null : first)

export function stateOf(entries: readonly PlacedEntry[]): StaffState {
  const state = new StaffState(numberOf)
  for (const entry of entries) state.add(entry)
  return state
}

type InviteFields = Partial<BodyOf<'staff-invite'>>

/** An invite as its kind has it; any field may be given. */
export function invite(fields: InviteFields = {}): BodyOf<'staff-invite'> {
  const kind = fields.invite ?? 'personal'
  return {
    kind: 'staff-invite',
    invite: kind,
    inviteId: inviteId(1),
    secret: present(parseInviteSecret(new Uint8Array(32).fill(7))),
    name: '',
    expiresAtMs: null,
    maxUses: { shop: null, personal: 1, room: 2 }[kind],
    room: kind === 'room' ? present(parseLogId(new Uint8Array(32).fill(8))) : null,
    ...fields,
  }
}

export const used = (number: number, by: number): StaffBody => ({
  kind: 'staff-invite-used',
  inviteId: inviteId(number),
  shopper: shopper(by),
})

export const revoked = (number: number): StaffBody => ({
  kind: 'staff-invite-revoked',
  inviteId: inviteId(number),
})

export const conversation = (number: number, createdMs = 1): BodyOf<'staff-conversation'> => ({
  kind: 'staff-conversation',
  shopper: shopper(number),
  shopperBox: identity(number).box.publicKey,
  secret: present(parseConversationSecret(new Uint8Array(32).fill(number))),
  inviteId: inviteId(1),
  createdMs,
})

export const note = (number: number, text: string): StaffBody => ({
  kind: 'staff-note',
  shopper: shopper(number),
  text,
})

export const labels = (number: number, ...names: readonly string[]): StaffBody => ({
  kind: 'staff-labels',
  shopper: shopper(number),
  labels: names,
})

export const erase = (number: number): StaffBody => ({
  kind: 'staff-erase',
  shopper: shopper(number),
})

export const block = (number: number, blocked = true): StaffBody => ({
  kind: 'staff-block',
  shopper: shopper(number),
  blocked,
})

export const setting = (name: string, value: string | null): StaffBody => ({
  kind: 'staff-setting',
  name,
  value,
})
