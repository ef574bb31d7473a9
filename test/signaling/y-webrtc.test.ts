import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { SignalingConn, WebrtcProvider } from 'y-webrtc'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

type Client = { readonly connection: SignalingConn; close(): void }

/** y-webrtc as published, with nothing of it replaced. */
function openClient(server: TestServer, room: string, password?: string): Client {
  const doc = new Y.Doc()
  const options = { signaling: [server.signalUrl], ...(password !== undefined && { password }) }
  const provider = new WebrtcProvider(room, doc, options)
  const connection: unknown = provider.signalingConns[0]
  if (!(connection instanceof SignalingConn)) throw new Error('y-webrtc opened no connection')
  const close = () => {
    provider.disconnect()
    provider.destroy()
    connection.destroy()
    doc.destroy()
  }
  return { connection, close }
}

function nextMessage(connection: SignalingConn): Promise<unknown> {
  return new Promise((resolve) => connection.once('message', resolve))
}

describe('a stock y-webrtc client', () => {
  const before: unknown = Reflect.get(globalThis, 'WebSocket')
  let server: TestServer
  let observer: SignalClient
  let client: Client | null = null

  // y-webrtc takes the browser's global; Node 20 has none.
  beforeAll(() => void Reflect.set(globalThis, 'WebSocket', WebSocket))
  afterAll(() => void Reflect.set(globalThis, 'WebSocket', before))
  beforeEach(async () => {
    server = await startTestServer({ relay: false })
    observer = await SignalClient.open(server.signalUrl)
  })
  afterEach(async () => {
    client?.close()
    await server.close()
  })

  it('[SG2] [SG3] [SG5] joins its room, announces itself there, and hears the others', async () => {
    await observer.subscribe('tea room')
    client = openClient(server, 'tea room')
    expect(await observer.nextFrame()).toEqual({
      type: 'publish',
      topic: 'tea room',
      data: { type: 'announce', from: expect.any(String) as unknown },
    })

    const heard = nextMessage(client.connection)
    // Addressed to nobody here, so that no peer connection is tried.
    const data = { type: 'signal', from: 'a', to: 'b', signal: {} }
    observer.send({ type: 'publish', topic: 'tea room', data })
    expect(await heard).toEqual({ type: 'publish', topic: 'tea room', data })

    const pong = nextMessage(client.connection)
    client.connection.send({ type: 'ping' })
    expect(await pong).toEqual({ type: 'pong' })
  })

  it('[SG3] announces itself sealed when its room has a password', async () => {
    await observer.subscribe('sealed room')
    client = openClient(server, 'sealed room', 'not a human word')
    const frame = await observer.nextFrame()
    expect(frame).toMatchObject({ type: 'publish', topic: 'sealed room' })
    expect(frame).toHaveProperty('data', expect.stringMatching(/^[A-Za-z0-9+/]+=*$/))
  })
})
