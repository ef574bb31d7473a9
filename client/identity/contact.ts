import type { ByteReader, ByteWriter } from '@hamsa/crypto'
import { isHostName } from './host-name.ts'

/* count 1 ‖ each: type 1: 1 telephone, 2 mail, 3 WhatsApp ‖ number or address (length 1) */

export const MAX_CONTACTS = 6

/** Another way to reach the shop, when nobody answers here. */
export type Contact =
  /** E.164: `+` and 7 to 15 digits. */
  | { readonly type: 'telephone'; readonly number: string }
  | { readonly type: 'mail'; readonly address: string }
  /** A number of E.164 with WhatsApp behind it. */
  | { readonly type: 'whatsapp'; readonly number: string }

const TYPES = ['telephone', 'mail', 'whatsapp'] as const
/** Country code, no zero before it; the shortest numbers that one can dial from abroad have 7 digits. */
const TELEPHONE = /^\+[1-9][0-9]{6,14}$/
/** What every mail server takes; no quotes, no comments, nothing that means something in a URL. */
const MAIL_LOCAL_PART = /^[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*$/
const MAX_LOCAL_PART_BYTES = 64
/** Longest mail address (RFC 5321 §4.5.3.1.3, without the brackets), and so the longest contact. */
const MAX_MAIL_BYTES = 254

/** Whether these are at most 6 contacts, no two alike. */
export function areContacts(contacts: readonly Contact[]): boolean {
  const values = new Set(contacts.map((contact) => `${contact.type}:${valueOf(contact)}`))
  if (contacts.length > MAX_CONTACTS || values.size !== contacts.length) return false
  return contacts.every(isContact)
}

/** Where a click leads: `tel:`, `mailto:` or WhatsApp's own address. For a contact that `areContacts` takes nothing needs escaping. */
export function contactUrl(contact: Contact): string {
  switch (contact.type) {
    case 'telephone':
      return `tel:${contact.number}`
    case 'mail':
      return `mailto:${contact.address}`
    case 'whatsapp':
      return `https://wa.me/${contact.number.slice(1)}`
  }
}

export function writeContacts(writer: ByteWriter, contacts: readonly Contact[]): void {
  writer.uint(contacts.length, 1)
  for (const contact of contacts) {
    writer.uint(TYPES.indexOf(contact.type) + 1, 1).text(valueOf(contact), 1)
  }
}

/** Fails the reader when they are none. */
export function readContacts(reader: ByteReader): readonly Contact[] {
  const contacts: Contact[] = []
  for (let left = Math.min(reader.uint(1), MAX_CONTACTS + 1); left > 0; left--) {
    const type = TYPES[reader.uint(1) - 1]
    const value = reader.text(1, MAX_MAIL_BYTES)
    if (type === undefined) reader.fail()
    else contacts.push(type === 'mail' ? { type, address: value } : { type, number: value })
  }
  if (!areContacts(contacts)) reader.fail()
  return contacts
}

function isContact(contact: Contact): boolean {
  return contact.type === 'mail' ? isMail(contact.address) : TELEPHONE.test(contact.number)
}

function valueOf(contact: Contact): string {
  return contact.type === 'mail' ? contact.address : contact.number
}

function isMail(address: string): boolean {
  const at = address.indexOf('@')
  const local = address.slice(0, Math.max(at, 0))
  if (address.length > MAX_MAIL_BYTES || local.length > MAX_LOCAL_PART_BYTES) return false
  return MAIL_LOCAL_PART.test(local) && isHostName(address.slice(at + 1))
}
