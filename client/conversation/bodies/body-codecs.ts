import type { Draft, EntryBody } from '../body.ts'
import { isKindOf, KIND } from '../kind.ts'
import type { LogKind } from '../log.ts'
import type { BodyCodec, BodyOf } from './body-codec.ts'
import type { BodyFault } from './body-fault.ts'
import { BodyReader } from './body-reader.ts'
import { BodyWriter } from './body-writer.ts'
import { membershipBody, systemBody } from './event-body.ts'
import { fileOfferBody } from './file-offer-body.ts'
import { formBody } from './form-body.ts'
import { appealBody, policyBody, sanctionBody, warningBody } from './moderation-body.ts'
import { productCardBody } from './product-card-body.ts'
import { acceptanceBody, deleteBody, reactionBody } from './reference-body.ts'
import {
  staffBlockBody,
  staffConversationBody,
  staffEraseBody,
  staffLabelsBody,
  staffNoteBody,
  staffReadBody,
  staffStatusBody,
} from './staff-conversation-body.ts'
import { staffCannedReplyBody, staffProfileBody, staffSettingBody } from './staff-desk-body.ts'
import {
  staffInviteBody,
  staffInviteRevokedBody,
  staffInviteUsedBody,
} from './staff-invite-body.ts'
import { editBody, replyBody, textBody } from './text-body.ts'

/** Of every kind today; a codec reads and writes what follows it. */
const BODY_VERSION = 1

const CODECS: { readonly [Kind in Draft['kind']]: BodyCodec<Kind> } = {
  text: textBody,
  edit: editBody,
  delete: deleteBody,
  reply: replyBody,
  reaction: reactionBody,
  'product-card': productCardBody,
  'file-offer': fileOfferBody,
  form: formBody,
  policy: policyBody,
  acceptance: acceptanceBody,
  warning: warningBody,
  sanction: sanctionBody,
  appeal: appealBody,
  membership: membershipBody,
  system: systemBody,
  'staff-conversation': staffConversationBody,
  'staff-note': staffNoteBody,
  'staff-labels': staffLabelsBody,
  'staff-status': staffStatusBody,
  'staff-read': staffReadBody,
  'staff-block': staffBlockBody,
  'staff-erase': staffEraseBody,
  'staff-invite': staffInviteBody,
  'staff-invite-revoked': staffInviteRevokedBody,
  'staff-invite-used': staffInviteUsedBody,
  'staff-canned-reply': staffCannedReplyBody,
  'staff-profile': staffProfileBody,
  'staff-setting': staffSettingBody,
}

type ReadDraft = (reader: BodyReader) => Draft | null

const READERS: ReadonlyMap<number, ReadDraft> = new Map(
  kindsOf(CODECS).map((kind): [number, ReadDraft] => [KIND[kind], CODECS[kind].read]),
)

/** The keys of a table, as its type knows them. */
function kindsOf<Table extends object>(table: Table): Extract<keyof Table, string>[] {
  const kinds: Extract<keyof Table, string>[] = []
  for (const kind in table) kinds.push(kind)
  return kinds
}

/** What an entry's header and body carry of a draft. */
export type EncodedBody = { readonly kind: number; readonly body: Uint8Array }

/** Kind and bytes of what may be written, or what is wrong with it. Texts are tidied as BODIES.md says: read back, they may differ from the draft by what nobody sees. */
export function encodeBody(draft: Draft): EncodedBody | BodyFault {
  const writer = new BodyWriter().uint(BODY_VERSION, 1)
  write(draft.kind, draft, writer)
  const body = writer.finish()
  return typeof body === 'string' ? body : { kind: KIND[draft.kind], body }
}

function write<Kind extends Draft['kind']>(
  kind: Kind,
  body: BodyOf<Kind>,
  writer: BodyWriter,
): void {
  CODECS[kind].write(body, writer)
}

/**
 * What a body says to this version in a log of this kind. Whatever it does not understand (a later
 * kind or version, a field that breaks its format, a kind of another log) is `unknown`, never an
 * error: all devices agree on which entries exist, whatever their version.
 */
export function decodeBody(kind: number, body: Uint8Array, log: LogKind): EntryBody {
  const read = isKindOf(log, kind) ? READERS.get(kind) : undefined
  if (read === undefined || body[0] !== BODY_VERSION) return { kind: 'unknown', code: kind }
  const reader = new BodyReader(body.subarray(1))
  const draft = read(reader)
  return draft !== null && reader.end() ? draft : { kind: 'unknown', code: kind }
}
