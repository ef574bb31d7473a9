import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressAccount } from './address-account.ts'
import { AddressLedger } from './address-ledger.ts'
import type { Bus } from './bus/bus.ts'
import type { TrustedProxies } from './client-address.ts'
import { Counts, type Gauges } from './counts.ts'
import { isOverTls, openDoorOf, overTlsOnly, refusePlainUpgrade } from './http-door.ts'
import { hasSeveral, type IceSettings, makeIceServers } from './ice.ts'
import type { Limits } from './limits.ts'
import { answerMetrics } from './metrics.ts'
import { Newcomers } from './newcomers.ts'
import type { OriginRules } from './origins.ts'
import { makePages } from './pages.ts'
import type { DoorDeps } from './relay/door.ts'
import { Patrons } from './shops/patrons.ts'
import type { Shops } from './shops/shops.ts'
import { Sockets } from './sockets.ts'
import { Topics } from './topics.ts'

export type ServerSettings = {
  /** Address to listen on. */
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly origins: OriginRules
  readonly clientDir: string
  readonly version: string
  readonly ice: IceSettings
  readonly limits: Limits
  /** Whose word counts for where a request came from. */
  readonly proxies: TrustedProxies
  /** Opens `/metrics`; `null` closes it. */
  readonly metricsToken: string | null
  /** Who takes TURN connections on this port; without it they are cut. */
  readonly turn?: DoorDeps['turn']
  /** With it, pages and sockets are given over TLS alone. */
  readonly certificate?: DoorDeps['certificate']
}

export type ServerDeps = {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds since any moment, never going back. */
  readonly monotonicNow: () => number
  readonly random: (length: number) => Uint8Array
  /** Takes one line for whoever runs the service; never an address, a topic or a payload. */
  readonly log: (line: string) => void
  /** Which shops are served. */
  readonly shops: Shops
  /** To the sockets of other processes; the server does not close it. */
  readonly bus: Bus
  /** Numbers of the relay by name, for the metrics. */
  readonly relayStats: () => Readonly<Record<string, number>>
  /** Whether the relay carries data; `true` without one of the service's own. */
  readonly relayWorks: () => Promise<boolean>
}

export type RunningServer = {
  readonly port: number
  readonly counts: Counts
  /** As a browser on this computer names it: `http://127.0.0.1:8080`. */
  readonly origin: string
  /** Lets nobody new in, closes each socket with 1012, and ends when all is closed. Twice is harmless. */
  close(): Promise<void>
}

/** HTTP's own limits: a request has no body worth waiting for. */
const MAX_HEADER_BYTES = 8 * 1024
const KEEP_ALIVE_MS = 5_000
const TIMEOUT_CHECK_MS = 1_000

/** Starts the service; rejects with Node's error (`EADDRINUSE`, `EACCES`) when the port cannot be had. */
export async function startServer(
  settings: ServerSettings,
  deps: ServerDeps,
): Promise<RunningServer> {
  const { limits, origins, certificate } = settings
  const clock = { limits, now: deps.monotonicNow, random: deps.random }
  const ledger = new AddressLedger(clock)
  const newcomers = new Newcomers(ledger, settings.proxies)
  const topics = new Topics(limits.socketsPerTopic, deps.bus)
  const counts = new Counts()
  let isReady = true
  const gauges = (): Gauges => ({
    sockets: sockets.size,
    topics: topics.size,
    addresses: ledger.size,
    bus: Number(deps.bus.isUp()),
  })
  const { metricsToken } = settings
  const measured = { counts, gauges, relay: deps.relayStats }
  const accountOf = (request: IncomingMessage): AddressAccount => newcomers.accountOf(request)
  const pages = makePages({
    ...settings,
    log: deps.log,
    accountOf,
    counts,
    isReady: () => isReady,
    relayWorks: deps.relayWorks,
    metrics: metricsToken === null ? null : answerMetrics(metricsToken, measured),
    patrons: new Patrons(deps.shops, limits, deps.monotonicNow),
    iceServers: (tag) => makeIceServers(settings.ice, deps.now(), deps.random, tag),
    iceByTag: hasSeveral(settings.ice),
  })
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    certificate === undefined ? pages : overTlsOnly(pages, origins.publicOrigin),
  )
  server.maxConnections = limits.connections
  newcomers.watch(server)
  const sockets = new Sockets({
    ...clock,
    topics,
    counts,
    shops: deps.shops,
    origins,
    accountOf,
  })
  server.on('upgrade', (request, stream, head) => {
    if (certificate === undefined || isOverTls(request)) sockets.upgrade(request, stream, head)
    else refusePlainUpgrade(stream)
  })
  const sweeping = setInterval(() => ledger.sweep(), limits.heartbeatMs)
  const door = openDoorOf(server, {
    turn: settings.turn ?? ((socket) => void socket.destroy()),
    certificate: certificate ?? (() => null),
    withinMs: limits.headersMs,
  })
  try {
    await listen(server, settings)
  } catch (error) {
    clearInterval(sweeping)
    await sockets.close()
    throw error
  }

  const port = portOf(server)
  let closed: Promise<void> | null = null
  const close = async (): Promise<void> => {
    isReady = false // who asks meanwhile is told so
    clearInterval(sweeping)
    await sockets.close()
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    door.close()
    await stopped
  }
  return {
    port,
    counts,
    origin: originOf(settings.host, port, certificate !== undefined),
    close: () => (closed ??= close()),
  }
}

function listen(server: Server, { host, port }: ServerSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

/** Where a browser on this computer finds the service. */
export function originOf(host: string, port: number, isOverTls: boolean): string {
  return `${isOverTls ? 'https' : 'http'}://${namedHost(host)}:${port}`
}

/** An address to open in a browser: "all interfaces" is none. */
export function namedHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
