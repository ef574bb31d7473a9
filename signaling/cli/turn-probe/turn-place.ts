import { isIP } from 'node:net'

/** Where a `turn:` or `turns:` URL (RFC 7065) leads. */
export type TurnPlace = {
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** A name or an address, the latter without brackets. */
  readonly host: string
  readonly port: number
}

const URL_FORM =
  /^(turns?):(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i
const MAX_URL_CHARS = 512
const TURN_PORT = 3478
const TURNS_PORT = 5349

/** `null` for what is no such URL, and for TURN over DTLS, which nobody here speaks. */
export function parseTurnPlace(url: string): TurnPlace | null {
  const match = url.length > MAX_URL_CHARS ? null : URL_FORM.exec(url)
  if (match === null) return null
  const [, scheme = '', name = '', digits, carrier] = match
  const isSecure = scheme.toLowerCase() === 'turns'
  if (isSecure && carrier?.toLowerCase() === 'udp') return null
  const host = name.replace(/^\[|\]$/g, '')
  if (name.startsWith('[') && isIP(host) !== 6) return null
  const port = digits === undefined ? (isSecure ? TURNS_PORT : TURN_PORT) : Number(digits)
  if (port === 0 || port > 65_535) return null
  if (isSecure) return { transport: 'tls', host, port }
  return { transport: carrier?.toLowerCase() === 'tcp' ? 'tcp' : 'udp', host, port }
}
