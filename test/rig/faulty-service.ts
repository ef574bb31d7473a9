import { randomBytes, toHex } from '@hamsa/crypto'
import { DEFAULT_LIFETIME_SECONDS } from '../../signaling/ice.ts'
import { startRelay, type Relay } from '../../signaling/relay/relay.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { startLyingSignaling, type LyingSignaling } from './lying-signaling.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { startUdpProxy, type UdpProxy } from './udp-proxy.ts'

const HOST = '127.0.0.1'

/** The real service and relay, each behind what can spoil the way to it. */
export type FaultyService = {
  /** Where pages, `/ice` and `/signal` are found, through `wire` and `signaling`. */
  readonly origin: string
  /** The way to the relay. */
  readonly relay: UdpProxy
  /** The way to the signalling service. */
  readonly wire: TcpProxy
  readonly signaling: LyingSignaling
  killRelay(): Promise<void>
  /** A new relay, as after a restart: it knows no allocation. */
  startRelay(): Promise<void>
  /** Ends the service; what it knew is gone. */
  killSignaling(): Promise<void>
  startSignaling(): Promise<void>
  close(): Promise<void>
}

/** Starts both; faults repeat for the same seed, which is printed. */
export async function startFaultyService(seed: number): Promise<FaultyService> {
  process.stdout.write(`faults by HAMSA_SEED=${seed}\n`)
  const secret = toHex(randomBytes(16))
  const newRelay = (): Promise<Relay> =>
    startRelay({ host: HOST, port: 0, publicAddress: HOST, secret, realm: 'hamsa' })
  let relay: Relay | null = await newRelay()
  const relayWay = await startUdpProxy({ targetPort: relay.port, seed })
  const newServer = (): Promise<TestServer> =>
    startTestServer({
      relay: false,
      ice: {
        urls: [`turn:${HOST}:${relayWay.port}?transport=udp`],
        secret,
        lifetimeSeconds: DEFAULT_LIFETIME_SECONDS,
      },
    })
  let server: TestServer | null = await newServer()
  const signaling = await startLyingSignaling(server.port)
  const wire = await startTcpProxy({ targetPort: signaling.port, seed: seed + 2 })

  return {
    origin: `http://${HOST}:${wire.port}`,
    relay: relayWay,
    wire,
    signaling,
    async killRelay() {
      await relay?.close()
      relay = null
    },
    async startRelay() {
      relay ??= await newRelay()
      relayWay.retarget(relay.port)
    },
    async killSignaling() {
      wire.cut()
      await server?.close()
      server = null
    },
    async startSignaling() {
      server ??= await newServer()
      signaling.retarget(server.port)
      wire.restore()
    },
    async close() {
      await wire.close()
      await signaling.close()
      await server?.close()
      await relayWay.close()
      await relay?.close()
    },
  }
}
