import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { WebrtcProvider } from 'y-webrtc'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

/** y-webrtc takes the browser's global; Node 20 has none. */
describe('a stock y-webrtc client', () => {
  const before: unknown = Reflect.get(globalThis, 'WebSocket')
  let server: TestServer

  beforeAll(() => void Reflect.set(globalThis, 'WebSocket', WebSocket))
  afterAll(() => void Reflect.set(globalThis, 'WebSocket', before))
  beforeEach(async () => {
    server = await startTestServer({ relay: false })
  })
  afterEach(() => server.close())

  it('[SG2] [SG3] joins its room, announces itself there and hears the others', async () => {
    const observer = await SignalClient.open(server.signalUrl)
    await observer.subscribe('tea room')
    const doc = new Y.Doc()
    const provider = new WebrtcProvider('tea room', doc, { signaling: [server.signalUrl] })
    try {
      expect(await observer.nextFrame()).toEqual({
        type: 'publish',
        topic: 'tea room',
        data: { type: 'announce', from: expect.any(String) },
      })
      const connection = provider.signalingConns[0]
      const heard = new Promise((resolve) => {
        connection?.on('message', (message: unknown) => resolve(message))
      })
      // Addressed to nobody here, so that no peer connection is tried.
      const signal = { type: 'signal', from: 'a', to: 'b', signal: {} }
      observer.send({ type: 'publish', topic: 'tea room', data: signal })
      expect(await heard).toEqual({ type: 'publish', topic: 'tea room', data: signal })

      const pong = new Promise((resolve) => {
        connection?.on('message', (message: unknown) => resolve(message))
      })
      connection?.send({ type: 'ping' })
      expect(await pong).toEqual({ type: 'pong' })
    } finally {
      const connections = provider.signalingConns
      provider.disconnect()
      provider.destroy()
      for (const connection of connections) connection.destroy()
      doc.destroy()
    }
  })

  it('[SG3] announces itself sealed when its room has a password', async () => {
    const observer = await SignalClient.open(server.signalUrl)
    await observer.subscribe('sealed room')
    const doc = new Y.Doc()
    const provider = new WebrtcProvider('sealed room', doc, {
      signaling: [server.signalUrl],
      password: 'not a human word',
    })
    try {
      const frame = await observer.nextFrame()
      expect(frame).toMatchObject({ type: 'publish', topic: 'sealed room' })
      expect(frame).toHaveProperty('data', expect.stringMatching(/^[A-Za-z0-9+/]+=*$/))
    } finally {
      const connections = provider.signalingConns
      provider.disconnect()
      provider.destroy()
      for (const connection of connections) connection.destroy()
      doc.destroy()
    }
  })
})
