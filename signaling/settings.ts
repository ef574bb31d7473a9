import type { NatsServers } from './bus/nats-bus.ts'
import { parseTrustedProxies } from './client-address.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { LOG_LEVELS, type LogLevel } from './logger.ts'
import {
  isLocalOrigin,
  isLoopback,
  parseCount,
  parseHost,
  LEAST_SECRET_CHARS,
  parseListOf,
  parseNatsUrls,
  parseNodes,
  parseLogLevel,
  parseOrigin,
  parsePort,
  parsePublicIps,
  parseRelayWord,
  parseSecret,
  parseShops,
} from './setting-parsers.ts'
import type { ShopsSettings } from './shops/shops.ts'
import { isIP } from 'node:net'
import type { CertificateFiles } from './certificate.ts'
import type { RelayNode } from './relay-nodes.ts'

export type RelaySettings =
  /** The relay inside this process; `secret` is `null` where one is to be made and kept. */
  | {
      readonly type: 'closed'
      readonly port: number
      /** A further TCP port for TLS; `null` where none is wanted. */
      readonly tlsPort: number | null
      /** The addresses that browsers send to: one, or one of each family. */
      readonly publicAddresses: readonly string[]
      readonly secret: string | null
      /** This relay and others that share the secret; empty where it is the only one. */
      readonly nodes: readonly RelayNode[]
    }
  /** Somebody's TURN servers that share `secret`. */
  | { readonly type: 'external'; readonly nodes: readonly RelayNode[]; readonly secret: string }
  | { readonly type: 'off' }

export type Settings = {
  readonly host: string
  readonly port: number
  /** Where the service is reached from outside, without a path; `null` when not said. */
  readonly publicOrigin: string | null
  readonly allowedOrigins: readonly string[]
  readonly dataDir: string
  /** With it, pages, sockets and relay speak TLS. */
  readonly tls: CertificateFiles | null
  readonly relay: RelaySettings
  readonly shops: ShopsSettings
  /** Opens `/metrics`; `null` closes it. */
  readonly metricsToken: string | null
  readonly logLevel: LogLevel
  /** Where other processes of this service are met; `null` when it is the only one. */
  readonly nats: NatsServers | null
  readonly limits: Limits
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
}

export type SettingsResult =
  | { readonly settings: Settings }
  /** Every fault at once, each beginning with the variable's name. */
  | { readonly problems: readonly string[] }

/** Named in the plan, without effect yet: whoever sets one must not believe that it works. */
const NOT_SUPPORTED_YET = ['FRAME_ANCESTORS'] as const

const SECRET_WANTED = `expected at least ${LEAST_SECRET_CHARS} characters`
/** A proxy on this computer is believed unless another is named: who else sits here is at home anyway. */
const LOOPBACK_NETWORKS = ['127.0.0.0/8', '::1']
/** Connections beside the sockets, for pages. */
const SPARE_CONNECTIONS = 2_000
/** Upgrades that are answered for each socket that may join: honest ones come again beside a flood. */
const ARRIVALS_PER_NEW = 10
const SHARE_FOR_ALL = 0.8

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
  const publicAddresses = check(
    'RELAY_PUBLIC_IP',
    parsePublicIps,
    'expected an IP address, or one of each family with a comma between',
  )
  const tlsPort = check('RELAY_TLS_PORT', parsePort, wanted)
  const turnUrls =
    'expected turn: or turns: URLs, with commas between those of one relay and semicolons between relays'
  const externalNodes = check('TURN_URLS', parseNodes, turnUrls)
  const ownNodes = check('RELAY_NODES', parseNodes, turnUrls)
  const secret = check('TURN_SECRET', parseSecret, SECRET_WANTED)

  const tls = ((): CertificateFiles | null => {
    const [certPath, keyPath] = [read('TLS_CERT'), read('TLS_KEY')]
    if (certPath !== null && keyPath !== null) return { certPath, keyPath }
    if (certPath !== null) problem('TLS_KEY', 'TLS_CERT needs the key it belongs to')
    if (keyPath !== null) problem('TLS_CERT', 'TLS_KEY needs the certificate it belongs to')
    if (read('RELAY_TLS_PORT') !== null) problem('RELAY_TLS_PORT', 'needs TLS_CERT and TLS_KEY')
    return null
  })()

  const relay = ((): RelaySettings => {
    if (read('TURN_URLS') !== null) {
      if (relayWord === 'closed') problem('RELAY', 'not closed: TURN_URLS names another relay')
      if (read('TURN_SECRET') === null)
        problem('TURN_SECRET', 'TURN_URLS needs the secret it shares')
      if (read('RELAY_NODES') !== null) problem('RELAY_NODES', 'TURN_URLS names all relays')
      return { type: 'external', nodes: externalNodes ?? [], secret: secret ?? '' }
    }
    if (read('RELAY_NODES') !== null && read('TURN_SECRET') === null) {
      problem('TURN_SECRET', 'RELAY_NODES needs the secret that the relays share')
    }
    if (relayWord === 'off') return { type: 'off' }
    if (publicAddresses === null && read('RELAY_PUBLIC_IP') === null && !isLoopback(host)) {
      problem(
        'RELAY_PUBLIC_IP',
        `HOST is ${host}, so say at which IP address browsers reach this computer (or set RELAY=off, or TURN_URLS)`,
      )
    }
    const addresses = publicAddresses ?? [host]
    if (isIP(host) === 4 && addresses.some((address) => isIP(address) === 6)) {
      problem('RELAY_PUBLIC_IP', `HOST is ${host}, which no IPv6 reaches: set HOST=:: for both`)
    }
    const nodes = ownNodes ?? []
    return { type: 'closed', port: relayPort, tlsPort, publicAddresses: addresses, secret, nodes }
  })()

  const isForAll = !isLoopback(host) || (publicOrigin !== null && !isLocalOrigin(publicOrigin))
  const shops =
    check('SHOPS', parseShops, 'expected open, claimed, or ids of shops with commas between') ??
    ({ type: isForAll ? 'claimed' : 'open' } as const)

  const metricsToken = check('METRICS_TOKEN', parseSecret, SECRET_WANTED)
  const logLevel = check('LOG_LEVEL', parseLogLevel, `expected ${LOG_LEVELS.join(', ')}`) ?? 'warn'

  const nats = check('NATS_URL', parseNatsUrls, 'expected nats: or tls: URLs with commas between')

  const count = 'expected a whole number from 1 to 1000000'
  const sockets = check('MAX_SOCKETS', parseCount, count) ?? DEFAULT_LIMITS.sockets
  const socketsPerAddress = check('SOCKETS_PER_ADDRESS', parseCount, count)
  const newPerSecond = check('NEW_SOCKETS_PER_ADDRESS', parseCount, count)
  const trustedProxies = check(
    'TRUST_PROXY',
    (text) => {
      const items = text.split(',').map((item) => item.trim())
      return parseTrustedProxies(items) === null ? null : items
    },
    'expected addresses or networks of proxies with commas between, as 10.0.0.0/8',
  )

  for (const name of NOT_SUPPORTED_YET) {
    if (read(name) !== null) problem(name, 'not supported by this version yet; leave it out')
  }
  if (problems.length > 0) return { problems }
  const dataDir = read('DATA_DIR') ?? './.data'
  return {
    settings: {
      host,
      port,
      publicOrigin,
      allowedOrigins,
      dataDir,
      tls,
      relay,
      shops,
      metricsToken,
      logLevel,
      nats,
      limits: limitsOf(sockets, socketsPerAddress, newPerSecond),
      trustedProxies: trustedProxies ?? LOOPBACK_NETWORKS,
    },
  }
}

/** The default limits with what was set; `null` was not. */
function limitsOf(sockets: number, perAddress: number | null, newPerSecond: number | null): Limits {
  const { socketsPerAddress, newSockets } = DEFAULT_LIMITS
  const places = perAddress ?? socketsPerAddress
  const perSecond = newPerSecond ?? newSockets.perSecond
  return {
    ...DEFAULT_LIMITS,
    sockets,
    socketsForAll: Math.ceil(sockets * SHARE_FOR_ALL),
    connections: sockets + SPARE_CONNECTIONS,
    socketsPerAddress: places,
    waitingPerAddress: places,
    newSockets: { perSecond, burst: places },
    arrivals: { perSecond: ARRIVALS_PER_NEW * perSecond, burst: 2 * places },
  }
}
