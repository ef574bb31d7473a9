import { randomBytes, toBase64Url } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { parseRoomKey, parseTopic } from '../../client/link/link.ts'
import { PeerTable } from '../../client/link/peer-table.ts'
import type { QuietRoom } from '../../client/link/quiet-provider.ts'
import { LogWorld } from '../helpers/log-peer.ts'
import { ManualClock } from '../helpers/manual-clock.ts'

const RELAY = { urls: ['turn:relay.example:3478'], username: 'u', credential: 'c' }

/** The table of one log's link; y-webrtc's connections keep still until they are told to close. */
async function openTable(kind: 'conversation' | 'room') {
  const { log, doc, signing } = await new LogWorld().peer()
  const topic = parseTopic(toBase64Url(randomBytes(32)))
  const roomKey = parseRoomKey(toBase64Url(randomBytes(32)))
  if (topic === null || roomKey === null) throw new Error('32 bytes make a topic')
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  const unused = class extends EventTarget {} as never // `connectTo` below makes none of the platform's
  const connectTo: QuietRoom['connectTo'] = () => {
    let closed = (): void => undefined
    const peer = {
      signal: () => undefined,
      once: (_: 'close', listener: () => void) => void (closed = listener),
      destroy: () => undefined,
    }
    // `WebrtcConn` opens a real connection when it is made.
    return { peer, conn: { glareToken: undefined, destroy: () => closed() } as never }
  }
  return new PeerTable({
    request: {
      log: Object.assign(Object.create(log) as typeof log, { ref: { kind, id: log.ref.id } }),
      topic,
      roomKey,
      role: 'shop',
      signing,
      certificate: null,
      admit: () => Promise.resolve(true),
    },
    doc,
    status: { fail: () => undefined, recover: () => undefined, update: () => undefined },
    signaling: { publish: () => true },
    iceServers: { forget: () => undefined },
    platform: {
      RTCPeerConnection: unused,
      RTCSessionDescription: unused,
      RTCIceCandidate: unused,
    },
    clock: new ManualClock(),
    random: () => 0.5,
    relay: () => Promise.resolve([RELAY]),
    room: () => ({ connectTo, key }),
    onOpen: () => undefined,
    onControl: () => undefined,
    onLost: () => undefined,
  })
}

describe('peer table', () => {
  for (const [kind, most] of [
    ['conversation', 6],
    ['room', 24],
  ] as const) {
    it(`[LK63] holds at most ${most} connections of a ${kind}, and a new one when one is gone`, async () => {
      const table = await openTable(kind)
      const ids = Array.from({ length: most }, (_, index) => `peer-${index}`)
      const attempts = await Promise.all(ids.map((id) => table.connect(true, id)))
      expect(attempts).not.toContain(null)
      expect(await table.connect(true, 'one-more')).toBeNull()
      expect(table.ids()).toEqual(ids)
      await table.find('peer-0')?.destroy()
      expect(await table.connect(true, 'one-more')).not.toBeNull()
    })
  }

  it('[LK7] makes one attempt for one remote', async () => {
    const table = await openTable('room')
    const both = await Promise.all([table.connect(true, 'peer'), table.connect(false, 'peer')])
    expect(both.filter((attempt) => attempt === null)).toHaveLength(1)
  })
})
