import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CLOSE } from '../../signaling/protocol.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

describe('frames', () => {
  let server: TestServer
  let alice: SignalClient
  let badr: SignalClient

  beforeEach(async () => {
    server = await startTestServer({ relay: false })
    alice = await SignalClient.open(server.signalUrl)
    badr = await SignalClient.open(server.signalUrl)
  })
  afterEach(() => server.close())

  it.each([
    ['no JSON', 'hello'],
    ['an unknown type', '{"type":"shout"}'],
    ['nothing', ''],
  ])('[SG1] closes the sender of %s with 4400', async (_what, text) => {
    alice.sendText(text)
    expect(await alice.closed).toBe(CLOSE.badFrame)
    expect(await badr.ask({ type: 'ping' })).toEqual({ type: 'pong' })
  })

  it('[SG1] closes the sender of a binary message with 4400, even when it reads like a frame', async () => {
    alice.socket.send(Buffer.from('{"type":"ping"}'))
    expect(await alice.closed).toBe(CLOSE.badFrame)
  })

  it('[SG2] delivers to those who joined, until they leave', async () => {
    await alice.subscribe('tea', 'coffee')
    await badr.subscribe('tea', 'tea')
    badr.send({ type: 'publish', topic: 'tea', data: 1 })
    expect(await alice.nextFrame()).toEqual({ type: 'publish', topic: 'tea', data: 1 })

    alice.send({ type: 'unsubscribe', topics: ['tea', 'tea', 'never joined'] })
    await alice.settle()
    badr.send({ type: 'publish', topic: 'tea', data: 2 })
    await badr.settle()
    expect(await alice.settle()).toEqual([])
  })

  it('[SG2] takes an empty list, as y-webrtc sends it before its first room', async () => {
    alice.send({ type: 'subscribe', topics: [] })
    expect(await alice.settle()).toEqual([])
  })

  it('[SG3] forwards the text as it came, to every other socket once and never to the sender', async () => {
    const third = await SignalClient.open(server.signalUrl)
    for (const client of [alice, badr, third]) await client.subscribe('tea')
    const odd =
      '{ "type":"publish",\n"topic":"tea","data":{"b":1e2,"a":"\\u0647\\u0645\\u0633\\u0629 همسة"},"clients":7 }'
    alice.sendText(odd)
    expect(await alice.settle()).toEqual([])
    expect(await badr.settle()).toEqual([odd])
    expect(await third.settle()).toEqual([odd])
  })

  it('[SG4] drops a publish to a topic that the sender has not joined', async () => {
    await alice.subscribe('tea')
    badr.send({ type: 'publish', topic: 'tea', data: 1 })
    expect(await badr.settle()).toEqual([])
    expect(await alice.settle()).toEqual([])
  })

  it('[SG5] answers a ping', async () => {
    expect(await alice.ask({ type: 'ping' })).toEqual({ type: 'pong' })
  })

  it('[SG6] forgets the topics of a socket that has gone', async () => {
    await alice.subscribe('tea')
    await badr.subscribe('tea')
    await badr.close()
    alice.send({ type: 'publish', topic: 'tea', data: 1 })
    expect(await alice.settle()).toEqual([])
  })

  it('[SG50] closes every socket with 1012 when the service stops, and stopping twice is harmless', async () => {
    await Promise.all([server.close(), server.close()])
    expect(await alice.closed).toBe(CLOSE.goingAway)
    expect(await badr.closed).toBe(CLOSE.goingAway)
    await expect(SignalClient.open(server.signalUrl)).rejects.toThrow()
  })

  it('[SG50] cuts a socket that does not answer the close', async () => {
    const own = await startTestServer({ relay: false, limits: { closeMs: 50 } })
    const deaf = await SignalClient.open(own.signalUrl)
    await deaf.subscribe('tea')
    deaf.socket.pause()
    await own.close()
    deaf.socket.resume()
    await deaf.closed
  })
})
