import { Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseClientFrame } from '../../signaling/parse-frame.ts'
import { CLOSE } from '../../signaling/protocol.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

const SOCKETS = 1_000
const FRAMES_A_SOCKET = 20
const SOCKETS_AT_ONCE = 50
/** A failure names it: the same frames come again. */
const SEED = 20_261

const badText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
    fc
      .record({ type: fc.constantFrom('subscribe', 'publish', 'prove'), topic: fc.jsonValue() })
      .map((frame) => JSON.stringify(frame)),
  )
  .filter((text) => parseClientFrame(text) === null)
const badFrame = fc.oneof(
  { weight: 9, arbitrary: badText },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
)

describe('hostile clients', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer({ relay: false })
  })
  afterEach(() => server.close())

  it('[SG27] an honest pair hears each other through 20,000 bad frames, and only their senders are closed', async () => {
    const alice = await SignalClient.open(server.signalUrl)
    const badr = await SignalClient.open(server.signalUrl)
    await alice.subscribe('tea')
    await badr.subscribe('tea')
    const frames = fc.sample(badFrame, { numRuns: SOCKETS * FRAMES_A_SOCKET, seed: SEED })

    for (let first = 0; first < SOCKETS; first += SOCKETS_AT_ONCE) {
      const codes = await Promise.all(
        Array.from({ length: SOCKETS_AT_ONCE }, async (_, index) => {
          const attacker = await SignalClient.open(server.signalUrl)
          const start = (first + index) * FRAMES_A_SOCKET
          for (const frame of frames.slice(start, start + FRAMES_A_SOCKET)) {
            attacker.socket.send(frame)
          }
          return attacker.closed
        }),
      )
      expect(new Set(codes)).toEqual(new Set([CLOSE.badFrame]))
      alice.send({ type: 'publish', topic: 'tea', data: first })
      expect(await badr.nextFrame()).toEqual({ type: 'publish', topic: 'tea', data: first })
    }
    expect(await alice.settle()).toEqual([])
  })

  it('[SG27] [SG6] acts on nothing that came behind a bad frame', async () => {
    const alice = await SignalClient.open(server.signalUrl)
    await alice.subscribe('tea')
    const attacker = await SignalClient.open(server.signalUrl)
    await attacker.subscribe('tea')
    attacker.sendText('bad')
    attacker.send({ type: 'publish', topic: 'tea', data: 'late' })
    expect(await attacker.closed).toBe(CLOSE.badFrame)
    expect(await alice.settle()).toEqual([])
  })

  it('[SG27] bytes that are no WebSocket frames cost their sender alone', async () => {
    const alice = await SignalClient.open(server.signalUrl)
    const attackers = await Promise.all(
      Array.from({ length: 20 }, () => SignalClient.open(server.signalUrl)),
    )
    const closed = attackers.map((attacker, index) => {
      // The stream below the WebSocket: what is written there goes out as it is.
      const stream: unknown = Reflect.get(attacker.socket, '_socket')
      if (!(stream instanceof Socket)) throw new Error('no stream below the WebSocket')
      stream.write(Buffer.alloc(64, 0x70 + index))
      return attacker.closed
    })
    await Promise.all(closed)
    expect(await alice.ask({ type: 'ping' })).toEqual({ type: 'pong' })
  })
})
