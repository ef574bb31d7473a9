import { isIP } from 'node:net'

export type RelaySettings =
  /** The relay inside this process; `secret` is `null` where one is to be made and kept. */
  | {
      readonly type: 'closed'
      readonly port: number
      /** The address that browsers send to. */
      readonly publicAddress: string
      readonly secret: string | null
    }
  /** Somebody's TURN server that shares `secret`. */
  | { readonly type: 'external'; readonly urls: readonly string[]; readonly secret: string }
  | { readonly type: 'off' }

export type Settings = {
  readonly host: string
  readonly port: number
  /** Where the service is reached from outside, without a path; `null` when not said. */
  readonly publicOrigin: string | null
  readonly allowedOrigins: readonly string[]
  readonly dataDir: string
  readonly relay: RelaySettings
}

export type SettingsResult =
  | { readonly settings: Settings }
  /** Every fault at once, each beginning with the variable's name. */
  | { readonly problems: readonly string[] }

/** Named in the plan, without effect yet: whoever sets one must not believe that it works. */
const NOT_SUPPORTED_YET = [
  'NATS_URL',
  'SHOPS',
  'FRAME_ANCESTORS',
  'TLS_CERT',
  'TLS_KEY',
  'METRICS_TOKEN',
  'TRUST_PROXY',
] as const

const LEAST_SECRET_CHARS = 16
const TURN_URL = /^turns?:[^\s,/?#]+(?:\?transport=(?:udp|tcp))?$/

/** Reads the settings from the environment; an empty variable counts as not set. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): SettingsResult {
  const problems: string[] = []
  const read = (name: string): string | null => {
    const value = env[name]?.trim()
    return value === undefined || value === '' ? null : value
  }
  const problem = (name: string, what: string): null => {
    problems.push(`${name}: ${what}`)
    return null
  }
  const check = <T>(name: string, parse: (text: string) => T | null, what: string): T | null => {
    const text = read(name)
    return text === null ? null : (parse(text) ?? problem(name, what))
  }

  const wanted = 'expected a port from 0 to 65535 (0 takes a free one)'
  const port = check('PORT', parsePort, wanted) ?? 8080
  const host = check('HOST', parseHost, 'expected an IP address, or localhost') ?? '127.0.0.1'
  const publicOrigin = check(
    'PUBLIC_URL',
    parseOrigin,
    'expected http:// or https://, a host and nothing behind it',
  )
  const allowedOrigins =
    check('ALLOWED_ORIGINS', parseListOf(parseOrigin), 'expected origins with commas between') ?? []

  const relayWord = check('RELAY', parseRelayWord, 'expected closed or off')
  const relayPort = check('RELAY_PORT', parsePort, wanted) ?? 3478
  const publicAddress = check('RELAY_PUBLIC_IP', parseIp, 'expected an IP address')
  const urls = check('TURN_URLS', parseListOf(parseTurnUrl), 'expected turn: or turns: URLs')
  const secret = check(
    'TURN_SECRET',
    (text) => (text.length >= LEAST_SECRET_CHARS ? text : null),
    `expected at least ${LEAST_SECRET_CHARS} characters`,
  )

  const relay = ((): RelaySettings => {
    if (read('TURN_URLS') !== null) {
      if (relayWord === 'closed') problem('RELAY', 'not closed: TURN_URLS names another relay')
      if (read('TURN_SECRET') === null)
        problem('TURN_SECRET', 'TURN_URLS needs the secret it shares')
      return { type: 'external', urls: urls ?? [], secret: secret ?? '' }
    }
    if (relayWord === 'off') return { type: 'off' }
    if (publicAddress === null && read('RELAY_PUBLIC_IP') === null && !isLoopback(host)) {
      problem(
        'RELAY_PUBLIC_IP',
        `HOST is ${host}, so say at which IP address browsers reach this computer (or set RELAY=off, or TURN_URLS)`,
      )
    }
    return { type: 'closed', port: relayPort, publicAddress: publicAddress ?? host, secret }
  })()

  for (const name of NOT_SUPPORTED_YET) {
    if (read(name) !== null) problem(name, 'not supported by this version yet; leave it out')
  }
  if (problems.length > 0) return { problems }
  const dataDir = read('DATA_DIR') ?? './.data'
  return { settings: { host, port, publicOrigin, allowedOrigins, dataDir, relay } }
}

/** Whether only this computer can reach the address. */
export function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  return port <= 65_535 ? port : null
}

function parseHost(text: string): string | null {
  return text === 'localhost' ? '127.0.0.1' : parseIp(text)
}

function parseIp(text: string): string | null {
  return isIP(text) === 0 ? null : text
}

function parseOrigin(text: string): string | null {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return null
  const { origin, href } = new URL(text)
  return href === `${origin}/` ? origin : null
}

function parseTurnUrl(text: string): string | null {
  return TURN_URL.test(text) ? text : null
}

function parseRelayWord(text: string): 'closed' | 'off' | null {
  return text === 'closed' || text === 'off' ? text : null
}

/** A list with commas between; `null` when one item is wrong. */
function parseListOf(parse: (text: string) => string | null) {
  return (text: string): readonly string[] | null => {
    const items = text.split(',').map((item) => parse(item.trim()))
    return items.every((item) => item !== null) ? items : null
  }
}
