/*
 * ICE candidates and the lines of a session description that carry addresses (RFC 8839). What goes
 * out names relayed addresses only; what comes in is held to the same.
 */

const MAX_CANDIDATE_CHARS = 512
const MAX_SDP_CHARS = 16 * 1024
const PREFIX = 'candidate:'
/** foundation, component, transport, priority, address, port, `typ`, type. */
const FIXED_TOKENS = 8
const TOKEN = /^[A-Za-z0-9.:+/=-]{1,256}$/
/** RFC 8839 §5.1: what stands for an address that is not told. Never left out: Firefox can't parse its absence. */
const HIDDEN = 'raddr 0.0.0.0 rport 9'

/**
 * A relay candidate with its related address (the sender's own, as the relay sees it) hidden;
 * `null` for every other kind and for what is no candidate.
 */
export function relayCandidate(line: string): string | null {
  if (!line.startsWith(PREFIX) || line.length > MAX_CANDIDATE_CHARS) return null
  const tokens = line.slice(PREFIX.length).split(' ')
  const fixed = tokens.slice(0, FIXED_TOKENS)
  const extensions = tokens.slice(FIXED_TOKENS)
  if (fixed.length < FIXED_TOKENS || extensions.length % 2 !== 0) return null
  if (fixed[6] !== 'typ' || fixed[7] !== 'relay') return null
  if (!tokens.every((token) => TOKEN.test(token))) return null
  const kept = extensions.filter((_, index) => {
    const name = extensions[index - (index % 2)]
    return name !== 'raddr' && name !== 'rport'
  })
  return PREFIX + [...fixed, HIDDEN, ...kept].join(' ')
}

/** A session description without any address but relayed ones; `null` when it is too long. */
export function relayOnlySdp(sdp: string): string | null {
  if (sdp.length > MAX_SDP_CHARS) return null
  const kept = sdp.split(/\r?\n/).flatMap((line) => {
    if (line.startsWith(`a=${PREFIX}`)) {
      const candidate = relayCandidate(line.slice('a='.length))
      return candidate === null ? [] : [`a=${candidate}`]
    }
    if (line.startsWith('a=remote-candidates:')) return []
    // Trickled descriptions may say "not known yet" here (RFC 8840 §4.1), and ours always do.
    if (line.startsWith('c=')) return ['c=IN IP4 0.0.0.0']
    return [line.replace(/^m=application \d+ /, 'm=application 9 ')]
  })
  return kept.join('\r\n')
}

/**
 * The certificate fingerprints of a description (RFC 8122 §5): a set, lower case, sorted, each like
 * `sha-256 ab:cd:…`.
 */
export function fingerprintsOf(sdp: string): readonly string[] {
  const name = 'a=fingerprint:'
  const lines = sdp.split(/\r?\n/).map((line) => line.trim().toLowerCase())
  const found = lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length))
  return [...new Set(found.map((line) => line.trim()).filter((line) => line !== ''))].sort()
}
