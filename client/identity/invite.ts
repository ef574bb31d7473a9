import { decodeInvite, encodeInvite } from './invite-codec.ts'
import type { Invite } from './invite-kinds.ts'

export type { Invite } from './invite-kinds.ts'

export type InviteProblem =
  /** Nothing there, cut short, changed on the way, or not signed by its root. */
  | 'malformed'
  /** Made by a newer Hamsa. */
  | 'unknown-version'
  /** Whole, but of a kind that this version does not know. */
  | 'unknown-kind'

export type InviteVerdict =
  | { readonly type: 'invite'; readonly invite: Invite }
  | { readonly type: 'problem'; readonly problem: InviteProblem }

const VERSION = '1'
/** Far above the longest invite (about 900 characters) with its host and what a messenger appends. */
const MAX_LINK_CHARS = 8192
/** Version, a dot, base64url. What stands behind it was appended on the way: a full stop, a bracket, a direction mark, a tracker's parameter. */
const FRAGMENT = /^\s*(\d{1,4})\.([A-Za-z0-9_-]*)/

/** The link that opens this invite: `ORIGIN/c#1.<base64url>`. Everything after `#` stays in the browser. `origin` as `location.origin` gives it. */
export function formatInvite(origin: string, invite: Invite): string {
  return `${origin.replace(/\/+$/, '')}/c#${VERSION}.${encodeInvite(invite)}`
}

/**
 * Reads what stands after `#` in a link, or the whole link, from anywhere; root's signatures on
 * inbox and card are checked. Takes a leading `#`, percent-encoding and trailing text, as
 * messengers make them. Whether it has expired is the caller's to ask: no clock here.
 */
export async function parseInvite(fragment: string): Promise<InviteVerdict> {
  if (fragment.length > MAX_LINK_CHARS) return problem('malformed')
  const text = unescapeAscii(unescapeAscii(fragment)) // some messengers encode twice
  const match = FRAGMENT.exec(text.slice(text.indexOf('#') + 1))
  const [, version, payload] = match ?? []
  if (version === undefined || payload === undefined) return problem('malformed')
  if (version !== VERSION) return problem('unknown-version')
  const decoded = await decodeInvite(payload)
  return typeof decoded === 'string' ? problem(decoded) : { type: 'invite', invite: decoded }
}

/** Percent-encoded ASCII alone: that is all an invite is made of, and the rest may be cut in the middle of a character. */
function unescapeAscii(text: string): string {
  return text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

function problem(code: InviteProblem): InviteVerdict {
  return { type: 'problem', problem: code }
}
