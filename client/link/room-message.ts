/* What members of a room tell each other through signalling, as y-webrtc 10.3.0 words it, rebuilt from bytes that a member sent. */

const PEER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const MAX_SDP_CHARS = 16 * 1024
const MAX_CANDIDATE_CHARS = 512
const MAX_MID_CHARS = 64
const MAX_LISTED_PEERS = 64

/** A description or a candidate, for simple-peer's `signal`. */
export type PeerSignal =
  | { readonly type: 'offer' | 'answer'; readonly sdp: string }
  | {
      readonly type: 'candidate'
      readonly candidate: {
        readonly candidate: string
        readonly sdpMLineIndex: number | null
        readonly sdpMid: string | null
      }
    }

export type RoomMessage =
  | {
      /** "I am here." With `to`: "offer to me." */
      readonly type: 'announce'
      readonly from: string
      readonly to: string | null
      /** Whom the sender has a connection with, or is making one: ours alone, stock y-webrtc leaves it out. */
      readonly have: readonly string[] | null
      /** The sender's clock, so that an old announce is known as old. */
      readonly token: number
    }
  | {
      readonly type: 'signal'
      readonly from: string
      readonly to: string
      /** Time of the sender's attempt plus a fraction: who wins when both offer, and which attempt is newer. */
      readonly token: number
      /** Token of the offer that it belongs to; `null` from a stock client, which does not say. */
      readonly offer: number | null
      readonly signal: PeerSignal
    }

export function parseRoomMessage(value: unknown): RoomMessage | null {
  if (!isRecord(value) || !isPeerId(value.from)) return null
  const { from } = value
  const token = isToken(value.token) ? value.token : 0
  if (value.type === 'announce') {
    if (value.to !== undefined && !isPeerId(value.to)) return null
    return { type: 'announce', from, to: value.to ?? null, have: parsePeerIds(value.have), token }
  }
  if (value.type !== 'signal' || !isPeerId(value.to)) return null
  const signal = parseSignal(value.signal)
  const offer = isToken(value.offer) ? value.offer : null
  return signal === null ? null : { type: 'signal', from, to: value.to, token, offer, signal }
}

/** simple-peer's other kinds (renegotiation, media) have no place here. */
function parseSignal(value: unknown): PeerSignal | null {
  if (!isRecord(value)) return null
  switch (value.type) {
    case 'offer':
    case 'answer':
      return isText(value.sdp, MAX_SDP_CHARS) ? { type: value.type, sdp: value.sdp } : null
    case 'candidate':
      return parseCandidate(value.candidate)
    default:
      return null
  }
}

function parseCandidate(value: unknown): PeerSignal | null {
  if (!isRecord(value) || !isText(value.candidate, MAX_CANDIDATE_CHARS)) return null
  const { candidate } = value
  const sdpMid = isText(value.sdpMid, MAX_MID_CHARS) ? value.sdpMid : null
  const line = value.sdpMLineIndex
  const sdpMLineIndex =
    typeof line === 'number' && Number.isInteger(line) && line >= 0 ? line : null
  if (sdpMid === null && sdpMLineIndex === null) return null
  return { type: 'candidate', candidate: { candidate, sdpMLineIndex, sdpMid } }
}

function parsePeerIds(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || value.length > MAX_LISTED_PEERS) return null
  const ids = value.filter(isPeerId)
  return ids.length === value.length ? ids : null
}

function isPeerId(value: unknown): value is string {
  return typeof value === 'string' && PEER_ID.test(value)
}

function isToken(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isText(value: unknown, maxChars: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxChars
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
