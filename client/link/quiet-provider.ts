import { Awareness } from 'y-protocols/awareness'
import { WebrtcConn, WebrtcProvider, type Room } from 'y-webrtc'
import * as Y from 'yjs'
import type { RoomKey, Topic } from './link.ts'
import type { UnloadTarget } from './platform.ts'
import type { PeerSignal } from './room-message.ts'

/** What stands in for y-webrtc's own signalling connection in `WebrtcConn`. */
export type Publisher = {
  send(message: { readonly type: string; readonly topic: string; readonly data: unknown }): void
}

export type QuietProviderSettings = {
  readonly topic: Topic
  readonly roomKey: RoomKey
  readonly doc: Y.Doc
  readonly unloadTarget: UnloadTarget
  /** simple-peer's options, read anew for each connection. */
  readonly peerOpts: object
}

/** The part of simple-peer that is used besides what y-webrtc does with it. */
export type SimplePeer = {
  signal(data: PeerSignal): void
  once(event: 'close', listener: () => void): void
  destroy(): void
}

/** One connection of a room. */
export type RoomConnection = { readonly conn: WebrtcConn; readonly peer: SimplePeer }

/** A y-webrtc room that speaks to nobody by itself: our own signalling makes its connections. */
export type QuietRoom = {
  readonly room: Room
  readonly key: CryptoKey
  connectTo(publisher: Publisher, initiator: boolean, remotePeerId: string): RoomConnection
  close(): void
  /** Resolves once, after `close`, a room of the same topic may be opened again. */
  readonly closed: Promise<void>
}

/**
 * y-webrtc as published, without the three ways round the relay and the gate that it has: its own
 * signalling (none is named), BroadcastChannel between tabs (subscriber and sender do nothing), and
 * awareness (empty). Its `beforeunload` handler goes too: a click on `tel:` would end the chat.
 * One room of a name at a time; a second one is an unhandled rejection inside y-webrtc.
 */
export async function openQuietRoom(settings: QuietProviderSettings): Promise<QuietRoom> {
  const { topic, roomKey, doc, unloadTarget, peerOpts } = settings
  const awareness = new Awareness(new Y.Doc()) // of a doc of its own: it hangs a listener on it for good
  awareness.setLocalState(null)
  const provider = new WebrtcProvider(topic, doc, {
    signaling: [],
    password: roomKey,
    awareness,
    filterBcConns: false,
    peerOpts,
  })
  provider.disconnect() // the room is made once the key is there, and must not connect before it is quiet
  const key = await provider.key
  const { room } = provider
  if (room === null || key === null) throw new Error('y-webrtc made no room')

  room.mux = () => undefined // nothing is sent over BroadcastChannel
  room._bcSubscriber = () => Promise.resolve() // and nothing is taken from it
  unloadTarget?.removeEventListener('beforeunload', room._beforeUnloadHandler)
  // `connect` encodes the own (empty) awareness and looks its clock up by the doc's client id.
  awareness.meta.set(doc.clientID, { clock: 0, lastUpdated: 0 })
  provider.connect()
  room.bcconnected = false

  let isClosed = false
  let resolveClosed = (): void => undefined
  const closed = new Promise<void>((resolve) => (resolveClosed = resolve))
  return {
    room,
    key,
    connectTo(publisher, initiator, remotePeerId) {
      // WebrtcConn only ever calls `send` of its signalling connection.
      const connection = publisher as unknown as ConstructorParameters<typeof WebrtcConn>[0]
      const conn = new WebrtcConn(connection, initiator, remotePeerId, room)
      room.webrtcConns.set(remotePeerId, conn)
      return { conn, peer: conn.peer as SimplePeer }
    },
    close() {
      if (isClosed) return
      isClosed = true
      provider.disconnect()
      room.disconnect = () => undefined // `destroy` calls it again, which would open a BroadcastChannel to close it
      provider.destroy()
      awareness.destroy()
      // `destroy` waits for the key before it forgets the room's name; so do we, behind it.
      void provider.key.then(resolveClosed)
    },
    closed,
  }
}
