import { fileURLToPath } from 'node:url'
import { randomBytes, toHex } from '@hamsa/crypto'
import { MemoryBusLine } from '../../signaling/bus/memory-bus.ts'
import { DEFAULT_LIFETIME_SECONDS } from '../../signaling/ice.ts'
import { DEFAULT_LIMITS, type Limits } from '../../signaling/limits.ts'
import { startRelay } from '../../signaling/relay/relay.ts'
import { watchOwnRelay } from '../../signaling/relay-watch.ts'
import { OPEN_SHOPS } from '../../signaling/shops/shops.ts'
import { startServer, type ServerDeps, type ServerSettings } from '../../signaling/server.ts'

const HOST = '127.0.0.1'

export type TestServerOverrides = Partial<Omit<ServerSettings, 'limits'>> &
  Partial<ServerDeps> & {
    readonly limits?: Partial<Limits>
    /** `false` starts no relay: `/ice` is empty. */
    readonly relay?: boolean
  }

export type TestServer = {
  /** `http://127.0.0.1:<port>`; pages come from dist/client when that is built. */
  readonly origin: string
  /** `ws://127.0.0.1:<port>/signal` */
  readonly signalUrl: string
  readonly port: number
  /** 0 without a relay. */
  readonly relayPort: number
  /** Shared by `/ice` and the relay. */
  readonly secret: string
  stopRelay(): Promise<void>
  close(): Promise<void>
}

/** The signalling service and the closed relay in this process, on free ports. */
export async function startTestServer(overrides: TestServerOverrides = {}): Promise<TestServer> {
  const { limits, relay: withRelay = true, ...rest } = overrides
  const secret = toHex(randomBytes(16))
  const relay = withRelay
    ? await startRelay({ host: HOST, port: 0, publicAddress: HOST, secret, realm: 'hamsa' })
    : null
  const clock = {
    now: () => Date.now(),
    monotonicNow: () => performance.now(),
    random: randomBytes,
  }
  const settings: ServerSettings & ServerDeps = {
    host: HOST,
    port: 0,
    origins: { publicOrigin: null, allowedOrigins: [] },
    clientDir: fileURLToPath(new URL('../../dist/client', import.meta.url)),
    version: 'test',
    ice: {
      urls: relay === null ? [] : [`turn:${HOST}:${relay.port}?transport=udp`],
      secret,
      lifetimeSeconds: DEFAULT_LIFETIME_SECONDS,
    },
    limits: { ...DEFAULT_LIMITS, ...limits },
    proxies: { has: () => false },
    ...clock,
    log: () => undefined,
    shops: OPEN_SHOPS,
    metricsToken: null,
    bus: new MemoryBusLine().connect(),
    relayStats: () => ({ ...relay?.stats() }),
    relayWorks:
      relay === null ? () => Promise.resolve(true) : watchOwnRelay(HOST, relay.port, secret, clock),
    ...rest,
  }
  const server = await startServer(settings, settings)
  const stopRelay = async (): Promise<void> => relay?.close()
  return {
    origin: server.origin,
    signalUrl: `${server.origin.replace('http', 'ws')}/signal`,
    port: server.port,
    relayPort: relay?.port ?? 0,
    secret,
    stopRelay,
    close: async () => {
      await server.close()
      await stopRelay()
    },
  }
}
