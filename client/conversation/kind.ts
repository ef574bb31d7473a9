import type { Draft, EntryBody } from './body.ts'
import type { LogKind } from './log.ts'

/** The staff log's kinds begin here; below are those of conversations and rooms. */
export const FIRST_STAFF_KIND = 64

/** Byte that names an entry's kind in its header. A code, once given, never means anything else. */
export const KIND = {
  text: 1,
  edit: 2,
  delete: 3,
  reply: 4,
  reaction: 5,
  'product-card': 6,
  'file-offer': 7,
  /** A fault that a shopper reports, or a rating. */
  form: 8,
  policy: 9,
  acceptance: 10,
  warning: 11,
  sanction: 12,
  appeal: 13,
  membership: 14,
  system: 15,
  'staff-conversation': 64,
  'staff-note': 65,
  'staff-labels': 66,
  'staff-status': 67,
  'staff-read': 68,
  'staff-block': 69,
  'staff-erase': 70,
  'staff-invite': 71,
  'staff-invite-revoked': 72,
  'staff-invite-used': 73,
  'staff-canned-reply': 74,
  'staff-profile': 75,
  'staff-setting': 76,
} as const satisfies Readonly<Record<Draft['kind'], number>>

/** Code of what an entry says, or said before its body was dropped. */
export function codeOf(body: EntryBody): number {
  return body.kind === 'unknown' || body.kind === 'deleted' ? body.code : KIND[body.kind]
}

/** Whether a kind, known here or not, has its place in such a log. Whoever appends asks this: nothing of the staff may enter a conversation. */
export function isKindOf(log: LogKind, code: number): boolean {
  return (log === 'staff') === code >= FIRST_STAFF_KIND
}
