import { randomBytes, toBase64Url } from '@hamsa/crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebrtcConn } from 'y-webrtc'
import * as Y from 'yjs'
import { parseRoomKey, parseTopic, type RoomKey, type Topic } from '../../client/link/link.ts'
import { openQuietRoom, type QuietRoom } from '../../client/link/quiet-provider.ts'
import { openRoomMessage } from '../../client/link/room-cipher.ts'
import { TopicClaims } from '../../client/link/topic-claims.ts'

const makeTopic = (): Topic => {
  const topic = parseTopic(toBase64Url(randomBytes(32)))
  if (topic === null) throw new Error('32 bytes are a topic')
  return topic
}
const makeRoomKey = (): RoomKey => {
  const key = parseRoomKey(toBase64Url(randomBytes(32)))
  if (key === null) throw new Error('32 bytes are a room key')
  return key
}

/** Just enough of a connection for simple-peer to begin; it never connects. */
class IdleConnection {
  static made: IdleConnection[] = []
  closed = false
  readonly signalingState = 'stable'
  constructor(readonly config: RTCConfiguration) {
    IdleConnection.made.push(this)
  }
  createDataChannel(): object {
    return { label: '', readyState: 'connecting', close: () => undefined }
  }
  createOffer(): Promise<RTCSessionDescriptionInit> {
    return Promise.resolve({ type: 'offer', sdp: 'v=0' })
  }
  setLocalDescription(): Promise<void> {
    return Promise.resolve()
  }
  close(): void {
    this.closed = true
  }
}

const peerOpts = {
  channelConfig: { negotiated: true, id: 0 },
  config: { iceServers: [], iceTransportPolicy: 'relay' },
  wrtc: {
    RTCPeerConnection: IdleConnection,
    RTCSessionDescription: Object,
    RTCIceCandidate: Object,
  },
}

let broadcastMessages = 0
const { postMessage } = BroadcastChannel.prototype
const rooms: QuietRoom[] = []

beforeEach(() => {
  broadcastMessages = 0
  IdleConnection.made = []
  BroadcastChannel.prototype.postMessage = function (message: unknown) {
    broadcastMessages++
    postMessage.call(this, message)
  }
})
afterEach(() => {
  for (const room of rooms.splice(0)) room.close()
  BroadcastChannel.prototype.postMessage = postMessage
})

async function openRoom(
  overrides: Partial<Parameters<typeof openQuietRoom>[0]> = {},
): Promise<QuietRoom> {
  const room = await openQuietRoom({
    topic: makeTopic(),
    roomKey: makeRoomKey(),
    doc: new Y.Doc(),
    unloadTarget: null,
    peerOpts,
    ...overrides,
  })
  rooms.push(room)
  return room
}

const REMOTE = '01234567-89ab-4cde-8f01-23456789abcd'
const silent = { send: () => undefined }

describe('what we lean on inside y-webrtc 10.3.0', () => {
  it('[LK80] provider.key and provider.room: the room is there once the key is', async () => {
    const { room, key } = await openRoom()
    expect(key.algorithm).toMatchObject({ name: 'AES-GCM', length: 256 })
    expect(room.key).toBe(key)
  })

  it('[LK80] room.peerId is a UUID', async () => {
    expect((await openRoom()).room.peerId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  })

  it('[LK80] room.mux and bcconnected: not a byte goes over BroadcastChannel', async () => {
    const doc = new Y.Doc()
    const { room } = await openRoom({ doc })
    doc.getMap('log').set('a', 1)
    // Whatever y-webrtc would send it encrypts first; so what it sealed before this is out by now.
    await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv: new Uint8Array(12) },
      room.key,
      randomBytes(8),
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect([room.bcconnected, broadcastMessages]).toEqual([false, 0])
  })

  it('[LK80] room._bcSubscriber: nothing is taken from BroadcastChannel', async () => {
    const { room } = await openRoom()
    await expect(room._bcSubscriber(new ArrayBuffer(8))).resolves.toBeUndefined()
  })

  it('[LK80] room._beforeUnloadHandler is the one that is taken away', async () => {
    const removed: unknown[] = []
    const { room } = await openRoom({
      unloadTarget: { removeEventListener: (type, listener) => removed.push(type, listener) },
    })
    expect(removed).toEqual(['beforeunload', room._beforeUnloadHandler])
  })

  it('[LK80] awareness is empty, so none is sent', async () => {
    const { room } = await openRoom()
    expect([...room.awareness.states]).toEqual([])
  })

  it('[LK80] WebrtcConn, room.webrtcConns, conn.peer: a connection is made, and forgotten when it closes', async () => {
    const { room, connectTo } = await openRoom()
    const { conn, peer } = connectTo(silent, true, REMOTE)
    expect(conn).toBeInstanceOf(WebrtcConn)
    expect([...room.webrtcConns.keys()]).toEqual([REMOTE])
    await new Promise<void>((resolve) => {
      peer.once('close', resolve)
      conn.destroy()
    })
    expect([...room.webrtcConns.keys()]).toEqual([])
    expect(IdleConnection.made.map(({ closed }) => closed)).toEqual([true])
  })

  it('[LK80] peerOpts are read for each connection, and no STUN server slips in', async () => {
    const { connectTo } = await openRoom()
    connectTo(silent, true, REMOTE)
    expect(IdleConnection.made.map(({ config }) => config)).toMatchObject([
      { iceServers: [], iceTransportPolicy: 'relay' },
    ])
  })

  it('[LK80] conn.glareToken: the offer carries it, sealed as room-cipher opens it', async () => {
    const { room, key, connectTo } = await openRoom()
    const data = await new Promise<unknown>((resolve) => {
      connectTo({ send: (message) => resolve(message.data) }, true, REMOTE)
    })
    const token = room.webrtcConns.get(REMOTE)?.glareToken
    expect(token).toBeGreaterThan(1_700_000_000_000)
    expect(await openRoomMessage(data, key)).toEqual({
      to: REMOTE,
      from: room.peerId,
      type: 'signal',
      token,
      signal: { type: 'offer', sdp: 'v=0' },
    })
  })
})

describe('closing a room', () => {
  it('[LK8] lets the same topic be opened again, and leaves no listener on the doc', async () => {
    const doc = new Y.Doc()
    const [topic, roomKey] = [makeTopic(), makeRoomKey()]
    for (let round = 0; round < 3; round++) {
      const room = await openRoom({ doc, topic, roomKey })
      room.close()
      room.close()
      await room.closed
    }
    const listened = (of: Y.Doc): string[] =>
      [...of._observers].filter(([, listeners]) => listeners.size > 0).map(([name]) => name)
    expect(listened(doc)).toEqual(listened(new Y.Doc()))
  })

  it('[LK8] gives a topic to one claim after the other', async () => {
    const claims = new TopicClaims()
    const topic = makeTopic()
    const order: number[] = []
    const first = await claims.claim(topic)
    const second = claims.claim(topic).then((release) => {
      order.push(2)
      release()
    })
    const third = claims.claim(topic).then((release) => {
      order.push(3)
      release()
    })
    const other = await claims.claim(makeTopic())
    other()
    order.push(1)
    first()
    await Promise.all([second, third])
    expect(order).toEqual([1, 2, 3])
  })
})
