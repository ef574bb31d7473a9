import { connect } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { DEFAULT_LIMITS, type Limits } from '../../signaling/limits.ts'
import { CLOSE, MAX_FRAME_BYTES } from '../../signaling/protocol.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

const UNHURRIED = { frames: { perSecond: 1e6, burst: 1e6 } }

describe('limits', () => {
  let server: TestServer | null = null

  async function start(limits: Partial<Limits>): Promise<TestServer> {
    server = await startTestServer({ relay: false, limits })
    return server
  }
  afterEach(async () => {
    await server?.close()
    server = null
  })

  it('[SG20] takes a frame of 64 KiB and closes with 1009 for one byte more', async () => {
    const { signalUrl } = await start({})
    const alice = await SignalClient.open(signalUrl)
    const badr = await SignalClient.open(signalUrl)
    await alice.subscribe('tea')
    await badr.subscribe('tea')
    const empty = JSON.stringify({ type: 'publish', topic: 'tea', data: '' })
    const frame = (bytes: number) =>
      JSON.stringify({ type: 'publish', topic: 'tea', data: 'x'.repeat(bytes - empty.length) })
    alice.sendText(frame(MAX_FRAME_BYTES))
    expect(await badr.next()).toHaveLength(MAX_FRAME_BYTES)
    alice.sendText(frame(MAX_FRAME_BYTES + 1))
    expect(await alice.closed).toBe(CLOSE.tooLarge)
  })

  it('[SG20] closes a flood of fragments with 1008, however small they are', async () => {
    const { signalUrl } = await start({})
    const alice = await SignalClient.open(signalUrl)
    for (let count = 0; count < 5_000; count++) alice.socket.send('', { fin: false })
    expect(await alice.closed).toBe(1008)
  })

  it('[SG20] takes a frame in two fragments', async () => {
    const { signalUrl } = await start({})
    const alice = await SignalClient.open(signalUrl)
    alice.socket.send('{"type":', { fin: false })
    alice.socket.send('"ping"}', { fin: true })
    expect(await alice.nextFrame()).toEqual({ type: 'pong' })
  })

  it('[SG20] agrees to no compression', async () => {
    const { signalUrl } = await start({})
    const alice = await SignalClient.open(signalUrl)
    expect(alice.socket.extensions).toBe('')
  })

  it('[SG21] passes over the topic that is one too many and keeps the others', async () => {
    const { signalUrl } = await start({ topics: 2 })
    const alice = await SignalClient.open(signalUrl)
    const badr = await SignalClient.open(signalUrl)
    await alice.subscribe('a', 'b', 'c')
    await badr.subscribe('b', 'c')
    badr.send({ type: 'publish', topic: 'c', data: 1 })
    badr.send({ type: 'publish', topic: 'b', data: 2 })
    expect(await alice.nextFrame()).toEqual({ type: 'publish', topic: 'b', data: 2 })
  })

  it('[SG21] passes over the socket that is one too many on a topic, until another leaves', async () => {
    const { signalUrl } = await start({ socketsPerTopic: 2 })
    const [alice, badr, third] = await Promise.all([
      SignalClient.open(signalUrl),
      SignalClient.open(signalUrl),
      SignalClient.open(signalUrl),
    ])
    await alice.subscribe('tea')
    await badr.subscribe('tea')
    await third.subscribe('tea')
    alice.send({ type: 'publish', topic: 'tea', data: 1 })
    await alice.settle()
    expect(await third.settle()).toEqual([])
    badr.send({ type: 'unsubscribe', topics: ['tea'] })
    await badr.settle()
    await third.subscribe('tea')
    alice.send({ type: 'publish', topic: 'tea', data: 2 })
    expect(await third.nextFrame()).toEqual({ type: 'publish', topic: 'tea', data: 2 })
  })

  it('[SG22] closes a socket that sends faster than the rate, after its burst', async () => {
    const { signalUrl } = await start({ frames: { perSecond: 1, burst: 20 } })
    const alice = await SignalClient.open(signalUrl)
    for (let count = 0; count < 20; count++) {
      expect(await alice.ask({ type: 'ping' })).toEqual({ type: 'pong' })
    }
    for (let count = 0; count < 20; count++) alice.send({ type: 'ping' })
    expect(await alice.closed).toBe(CLOSE.tooMany)
  })

  it('[SG22] counts pings of the WebSocket layer', async () => {
    const { signalUrl } = await start({ frames: { perSecond: 1, burst: 20 } })
    const alice = await SignalClient.open(signalUrl)
    for (let count = 0; count < 40; count++) alice.socket.ping()
    expect(await alice.closed).toBe(CLOSE.tooMany)
  })

  it('[SG23] closes a slow reader with 4408, and the others do not wait for it', async () => {
    // Reading all that waits takes longer than the default leaves on a busy machine.
    const { signalUrl } = await start({ ...UNHURRIED, closeMs: 60_000 })
    const [slow, badr, alice] = await Promise.all([
      SignalClient.open(signalUrl),
      SignalClient.open(signalUrl),
      SignalClient.open(signalUrl),
    ])
    for (const client of [slow, badr, alice]) await client.subscribe('tea')
    slow.socket.pause()
    const data = 'x'.repeat(60_000)
    for (let count = 0; count < 400; count++) {
      alice.send({ type: 'publish', topic: 'tea', data })
      await badr.next()
    }
    slow.socket.resume()
    expect(await slow.closed).toBe(CLOSE.tooSlow)
    expect(await badr.ask({ type: 'ping' })).toEqual({ type: 'pong' })
  })

  it('[SG24] closes a socket that says nothing with 4408', async () => {
    const { signalUrl } = await start({ firstFrameMs: 50 })
    const silent = await SignalClient.open(signalUrl)
    expect(await silent.closed).toBe(CLOSE.tooSlow)
  })

  it('[SG25] cuts a socket that answers no ping, and keeps one that does', async () => {
    const { signalUrl } = await start({ heartbeatMs: 100 })
    const alive = await SignalClient.open(signalUrl)
    await alive.subscribe('tea')
    const dead = new WebSocket(signalUrl, { autoPong: false })
    await once(dead, 'open')
    dead.send('{"type":"ping"}')
    expect(await once(dead, 'close')).toContain(1006) // cut, without a close frame
    expect(await alive.ask({ type: 'ping' })).toEqual({ type: 'pong' })
  })

  it('[SG26] answers 503 when every place is taken, and lets in again when one is free', async () => {
    const { signalUrl } = await start({ sockets: 1 })
    const alice = await SignalClient.open(signalUrl)
    await expect(SignalClient.open(signalUrl)).rejects.toThrow('503')
    alice.socket.close()
    await alice.closed
    const badr = await SignalClient.open(signalUrl)
    expect(await badr.ask({ type: 'ping' })).toEqual({ type: 'pong' })
  })

  it('[SG45] cuts a request whose headers do not come', async () => {
    const { port } = await start({ headersMs: 100, requestMs: 200 })
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined) // a reset will do, too
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n')
    socket.resume()
    await once(socket, 'close')
  })

  it('[SG21] [SG22] keeps the figures that the protocol page names', () => {
    expect(DEFAULT_LIMITS).toMatchObject({
      frameBytes: 65_536,
      fragments: 16,
      sockets: 10_000,
      topics: 32,
      topicsOfInbox: 256,
      socketsPerTopic: 128,
      frames: { perSecond: 50, burst: 200 },
      framesOfInbox: { perSecond: 500, burst: 2_000 },
      bufferedBytes: 1_048_576,
      firstFrameMs: 5_000,
      heartbeatMs: 30_000,
    })
  })
})
