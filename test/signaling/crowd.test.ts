import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { CLOSE } from '../../signaling/protocol.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

const LONG = process.env.HAMSA_LONG === '1'
const PHONES = LONG ? 500 : 200
const AT_ONCE = 25
const ATTACKERS = 12
/** A busy machine takes its time; nothing here waits for a clock. */
const PATIENCE_MS = 120_000
/** So that a test can come from any address. */
const THIS_COMPUTER = { has: (address: string) => address === '127.0.0.1' }
const UNHURRIED = { firstFrameMs: 60_000, heartbeatMs: 120_000 }

describe('many behind one address', () => {
  const servers: TestServer[] = []
  const start = async (...overrides: Parameters<typeof startTestServer>): Promise<TestServer> => {
    const server = await startTestServer({ relay: false, ...overrides[0] })
    servers.push(server)
    return server
  }
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })

  it(
    `[SG34] ${PHONES} phones behind a flooding address all come in, stay, and hear each other`,
    async () => {
      // No more places than the phones and the attackers of one moment need: what a flood has used
      // up it must give back at once.
      const most = PHONES + ATTACKERS
      const limits = { socketsPerAddress: most, newSockets: { perSecond: 0.001, burst: most } }
      const { signalUrl, port } = await start({ limits: { ...UNHURRIED, ...limits } })
      let flooding = true
      let floods = 0
      const flood = async (kind: number): Promise<void> => {
        while (flooding) {
          await attack(kind, signalUrl, port)
          floods++
        }
      }
      const floodsEnded = Promise.all(
        Array.from({ length: ATTACKERS }, (_, kind) => flood(kind % 4)),
      )

      const phones: SignalClient[] = []
      for (let first = 0; first < PHONES; first += AT_ONCE) {
        const group = Array.from({ length: AT_ONCE }, (_, index) => enter(signalUrl, first + index))
        phones.push(...(await Promise.all(group)))
      }
      flooding = false
      await floodsEnded
      expect(floods).toBeGreaterThan(PHONES)

      for (const [index, phone] of phones.entries()) {
        const partner = phones[index ^ 1]
        phone.send({ type: 'publish', topic: topicOf(index), data: index })
        expect(await partner?.nextFrame()).toMatchObject({ data: index })
      }
      await Promise.all(phones.map((phone) => phone.close()))
    },
    PATIENCE_MS,
  )

  it('[SG34] a socket that joins when all places of its address are taken gets 4429, the others stay', async () => {
    const { signalUrl } = await start({ limits: { socketsPerAddress: 2 } })
    const alice = await enter(signalUrl, 0)
    const badr = await enter(signalUrl, 1)
    const third = await SignalClient.open(signalUrl)
    third.send({ type: 'subscribe', topics: ['tea'] })
    expect(await third.closed).toBe(CLOSE.tooMany)
    alice.send({ type: 'publish', topic: topicOf(0), data: 1 })
    expect(await badr.nextFrame()).toMatchObject({ data: 1 })
    await alice.close()
    const late = await enter(signalUrl, 2)
    await late.close()
  })

  it('[SG34] who asks for nothing makes room', async () => {
    const { signalUrl, port } = await start({ limits: { ...UNHURRIED, waitingPerAddress: 3 } })
    const half = connect(port, '127.0.0.1')
    half.on('error', () => undefined) // a reset will do, too
    await once(half, 'connect')
    const silent = await SignalClient.open(signalUrl)
    const cut = once(half.resume(), 'close')
    await SignalClient.open(signalUrl)
    await SignalClient.open(signalUrl)
    await cut
    await SignalClient.open(signalUrl)
    expect(await silent.closed).toBe(CLOSE.tooSlow)
  })

  it('[SG34] an address beyond its arrivals is answered 429, another one is not', async () => {
    const { signalUrl } = await start({
      limits: { arrivals: { perSecond: 0.001, burst: 2 } },
      proxies: THIS_COMPUTER,
    })
    const here = { 'x-forwarded-for': '192.0.2.1' }
    await SignalClient.open(signalUrl, here)
    await SignalClient.open(signalUrl, here)
    await expect(SignalClient.open(signalUrl, here)).rejects.toThrow('429')
    await SignalClient.open(signalUrl, { 'x-forwarded-for': '192.0.2.2' })
  })

  it('[SG35] when places run short, an address that broke rules gets none; the others do', async () => {
    const { signalUrl } = await start({
      limits: { sockets: 3, socketsForAll: 1, faults: { perSecond: 0.001, burst: 1 } },
      proxies: THIS_COMPUTER,
    })
    const bad = { 'x-forwarded-for': '192.0.2.1' }
    const attacker = await SignalClient.open(signalUrl, bad)
    attacker.sendText('bad')
    expect(await attacker.closed).toBe(CLOSE.badFrame)
    const good = { 'x-forwarded-for': '192.0.2.2' }
    await SignalClient.open(signalUrl, good)
    await expect(SignalClient.open(signalUrl, bad)).rejects.toThrow('503')
    await SignalClient.open(signalUrl, good)
  })

  it('[SG36] while an address sends too much, its loudest sockets are closed and its quiet ones are not', async () => {
    const { signalUrl } = await start({
      limits: {
        framesOfAddress: { perSecond: 0.001, burst: 10 },
        frames: { perSecond: 0.001, burst: 40 },
      },
    })
    const quiet = await SignalClient.open(signalUrl)
    const loud = await SignalClient.open(signalUrl)
    for (let count = 0; count < 30; count++) loud.send({ type: 'ping' })
    expect(await loud.closed).toBe(CLOSE.tooMany)
    for (let count = 0; count < 10; count++) {
      expect(await quiet.ask({ type: 'ping' })).toEqual({ type: 'pong' })
    }
  })

  it('[SG40] an address that asks for credentials again and again gets 429', async () => {
    const { origin } = await start({ limits: { iceRequests: { perSecond: 0.001, burst: 2 } } })
    const ask = async () => (await fetch(`${origin}/ice`)).status
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429])
  })
})

const topicOf = (index: number): string => `pair ${index >> 1}`

/** As a client does it: comes again when it is turned away at the door. Once inside it is not closed. */
async function enter(url: string, index: number): Promise<SignalClient> {
  for (;;) {
    const client = await SignalClient.open(url).catch(() => null)
    if (client === null) continue
    const entered = client.subscribe(topicOf(index)).then(() => 'in')
    expect(await Promise.race([entered, client.closed])).toBe('in')
    return client
  }
}

/** Ends when the service has closed the attacker, or the attacker has gone away by itself. */
async function attack(kind: number, url: string, port: number): Promise<void> {
  if (kind === 3) {
    const half = connect(port, '127.0.0.1')
    half.on('error', () => undefined) // refused or reset: it was an attack
    half.write('GET /signal HTTP/1.1\r\n')
    await once(half, 'connect').catch(() => undefined)
    half.destroy()
    return
  }
  const socket = new WebSocket(url)
  socket.on('error', () => undefined) // turned away
  socket.on('open', () => {
    socket.send(JSON.stringify({ type: 'subscribe', topics: [`flood ${kind}`] }))
    if (kind === 0) socket.send('bad')
    if (kind === 1) socket.send(Buffer.alloc(10))
    if (kind === 2) for (let count = 0; count < 250; count++) socket.send('{"type":"ping"}')
  })
  await once(socket, 'close')
}
