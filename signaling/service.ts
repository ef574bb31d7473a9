import type { Logger } from 'pino'
import { type Certificate, keepCertificate } from './certificate.ts'
import { DEFAULT_LIFETIME_SECONDS, type IceSettings } from './ice.ts'
import type { Bus } from './bus/bus.ts'
import { MemoryBusLine } from './bus/memory-bus.ts'
import { type ConnectNats, openNatsBus } from './bus/nats-bus.ts'
import { parseTrustedProxies } from './client-address.ts'
import { hasCode, keepRelaySecret } from './relay-secret.ts'
import type { RelayNode } from './relay-nodes.ts'
import { relayUrls } from './relay-urls.ts'
import type { DoorDeps } from './relay/door.ts'
import { startRelay } from './relay/relay.ts'
import { watchOwnRelay } from './relay-watch.ts'
import { namedHost, originOf, type ServerDeps, startServer } from './server.ts'
import type { Settings } from './settings.ts'
import { Claims } from './shops/claims.ts'
import { type OpenedShops, openShops } from './shops/open-shops.ts'

export type ServiceDeps = Omit<
  ServerDeps,
  'shops' | 'relayStats' | 'relayWorks' | 'log' | 'bus'
> & {
  readonly logger: Logger
}

export type Service = {
  /** Where the desk opens; with a one-time token behind `#` while no shop is known. */
  readonly deskUrl: string
  /** Twice is harmless. */
  close(): Promise<void>
}

/** What whoever runs the service can mend: the message names the setting. */
export class StartError extends Error {}

type Relay = {
  readonly ice: IceSettings
  /** Its numbers by name. */
  stats(): Readonly<Record<string, number>>
  /** Whether it carries data; another one's is not asked. */
  works(): Promise<boolean>
  /** Takes TURN connections from the port of the pages. */
  readonly turn?: DoorDeps['turn']
  close(): Promise<void>
}

/** Counts are logged so often, at level `info`. */
const COUNTS_MS = 60_000

/** Starts relay and server as the settings say; on a failure nothing stays open. Rejects with `StartError`. */
export async function startService(
  settings: Settings,
  what: { readonly clientDir: string; readonly version: string },
  deps: ServiceDeps,
): Promise<Service> {
  const { host, port, publicOrigin, allowedOrigins } = settings
  const { shops, firstClaim } = await findShops(settings, deps)
  const opened: (() => unknown)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    const certificate = await openCertificate(settings, deps)
    opened.push(() => certificate?.close())
    const pair = certificate === null ? {} : { certificate: () => certificate.current() }
    const bus = await openBus(settings, deps)
    opened.push(() => bus.close())
    const relay = await openRelay(settings, deps, pair)
    opened.push(() => relay.close())
    const server = await startServer(
      {
        ...what,
        host,
        port,
        origins: { publicOrigin, allowedOrigins },
        ice: relay.ice,
        limits: settings.limits,
        metricsToken: settings.metricsToken,
        proxies: parseTrustedProxies(settings.trustedProxies) ?? { has: () => false },
        ...pair,
        ...(relay.turn && { turn: relay.turn }),
      },
      {
        ...deps,
        shops,
        bus,
        log: lineLogger(deps.logger),
        relayStats: () => relay.stats(),
        relayWorks: () => relay.works(),
      },
    )
    const logger = deps.logger.child({ part: 'signaling' })
    const logCounts = (): void => {
      const { counts } = server
      logger.info({ ...counts, closes: Object.fromEntries(counts.closes) }, 'counts')
    }
    const counting = setInterval(logCounts, COUNTS_MS)
    logger.info('started')
    return {
      deskUrl: deskUrl(publicOrigin ?? server.origin, firstClaim),
      close: async () => {
        clearInterval(counting)
        logger.info('draining')
        await server.close()
        await closeAll()
        logCounts()
      },
    }
  } catch (error) {
    await closeAll()
    if (error instanceof StartError) throw error
    throw explain(error, 'PORT', `TCP port ${port} of ${host}`)
  }
}

/** The desk's address that makes one more shop known. Rejects with `StartError`. */
export async function addShop(settings: Settings, deps: ServiceDeps): Promise<string> {
  const { dataDir, publicOrigin, host, port, shops, tls } = settings
  if (shops.type !== 'claimed') throw new StartError('SHOPS: only claimed asks for a token')
  try {
    const token = await new Claims(dataDir, deps.random, deps.now).issue()
    return deskUrl(publicOrigin ?? originOf(host, port, tls !== null), token)
  } catch (error) {
    throw new StartError(`DATA_DIR: ${messageOf(error)}`)
  }
}

function deskUrl(origin: string, claim: string | null): string {
  return claim === null ? `${origin}/desk` : `${origin}/desk#claim=${claim}`
}

async function findShops(settings: Settings, deps: ServiceDeps): Promise<OpenedShops> {
  const { shops, dataDir } = settings
  try {
    return await openShops(shops, { ...deps, log: lineLogger(deps.logger), dataDir })
  } catch (error) {
    throw new StartError(`DATA_DIR: ${messageOf(error)}`)
  }
}

/** The bus connects by itself, whenever it can: this process serves its own sockets meanwhile. */
async function openBus({ nats }: Settings, { logger }: ServiceDeps): Promise<Bus> {
  if (nats === null) return new MemoryBusLine().connect()
  const connect = await loadNats()
  const child = logger.child({ part: 'bus' })
  return openNatsBus(nats, {
    connect,
    onChange: (isUp) => (isUp ? child.info('up') : child.warn('away')),
  })
}

async function loadNats(): Promise<ConnectNats> {
  try {
    return (await import('@nats-io/transport-node')).connect
  } catch {
    throw new StartError('NATS_URL: the package @nats-io/transport-node is not installed')
  }
}

async function openCertificate({ tls }: Settings, deps: ServiceDeps): Promise<Certificate | null> {
  if (tls === null) return null
  try {
    return await keepCertificate(tls, lineLogger(deps.logger))
  } catch (error) {
    throw new StartError(`TLS_CERT: ${messageOf(error)}`)
  }
}

async function openRelay(
  settings: Settings,
  deps: ServiceDeps,
  pair: Pick<DoorDeps, 'certificate'> | Record<string, never>,
): Promise<Relay> {
  const { host, dataDir, relay } = settings
  const lifetimeSeconds = DEFAULT_LIFETIME_SECONDS
  const close = () => Promise.resolve()
  const stats = () => ({})
  const works = () => Promise.resolve(true)
  switch (relay.type) {
    case 'off':
      return { ice: { urls: [], secret: '', lifetimeSeconds }, stats, works, close }
    case 'external':
      return {
        ice: { ...urlsOf(relay.nodes), secret: relay.secret, lifetimeSeconds },
        stats,
        works,
        close,
      }
    case 'closed': {
      const { publicAddresses: addresses, port, tlsPort } = relay
      const secret = relay.secret ?? (await keepSecret(dataDir, deps))
      const options = { host, port, tlsPort, publicAddress: addresses, secret, realm: 'hamsa' }
      const running = await startRelay({ ...options, ...pair }).catch((error: unknown) => {
        const tls = tlsPort === null ? '' : ` (RELAY_TLS_PORT: ${tlsPort})`
        throw explain(error, 'RELAY_PORT', `UDP or TCP port ${port} of ${host}${tls}`)
      })
      const urls = relayUrls({ addresses, port: running.port, tls: tlsPlace(settings, running) })
      const turn: DoorDeps['turn'] = (socket) => running.take(socket)
      const place = relay.nodes.length === 0 ? { urls } : urlsOf(relay.nodes)
      return {
        ice: { ...place, secret, lifetimeSeconds },
        turn,
        stats: () => ({ ...running.stats() }),
        works: watchOwnRelay(namedHost(host), running.port, secret, deps),
        close: () => running.close(),
      }
    }
  }
}

/** What `/ice` gives of these relays. */
function urlsOf(nodes: readonly RelayNode[]): Pick<IceSettings, 'urls' | 'nodes'> {
  return { urls: nodes[0] ?? [], nodes }
}

/** Where TURN is spoken over TLS: its own port, or else the pages', which firewalls know. */
export function tlsPlace(
  { tls, host, port, publicOrigin }: Settings,
  relay: { readonly port: number; readonly tlsPort: number },
): { readonly host: string; readonly port: number } | null {
  if (tls === null) return null
  const place = publicOrigin === null ? null : new URL(publicOrigin)
  const shared = place === null ? port || relay.port : Number(place.port || 443)
  return {
    host: place?.hostname.replace(/^\[|\]$/g, '') ?? host,
    port: relay.tlsPort || shared,
  }
}

async function keepSecret(dataDir: string, deps: ServiceDeps): Promise<string> {
  try {
    return await keepRelaySecret(dataDir, deps.random)
  } catch (error) {
    throw new StartError(`DATA_DIR: ${messageOf(error)}`)
  }
}

function explain(error: unknown, setting: string, what: string): StartError {
  if (hasCode(error, 'EADDRINUSE')) return new StartError(`${setting}: ${what} is in use`)
  if (hasCode(error, 'EACCES')) return new StartError(`${setting}: ${what} is not for this user`)
  if (hasCode(error, 'EADDRNOTAVAIL')) {
    return new StartError(`HOST: this computer has no such address (${what})`)
  }
  return new StartError(`${setting}: ${messageOf(error)}`)
}

function lineLogger(logger: Logger): (line: string) => void {
  const child = logger.child({ part: 'service' })
  return (line) => child.error(line)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'failed'
}
