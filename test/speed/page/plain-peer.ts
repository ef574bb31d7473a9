/* Runs in Chromium: y-webrtc as published, its own signalling connection and all, over our service and relay. */
import { WebrtcProvider } from 'y-webrtc'
import * as Y from 'yjs'

export type PlainTimes = {
  /** Since the page was opened: the provider is made; a data channel is open; the host has answered the first value. */
  readonly madeMs: number
  readonly connectedMs: number
  readonly answeredMs: number
}

async function open(room: string): Promise<{ doc: Y.Doc; provider: WebrtcProvider }> {
  const answer = await fetch('/ice')
  const { iceServers } = (await answer.json()) as { iceServers: RTCIceServer[] }
  const doc = new Y.Doc()
  const provider = new WebrtcProvider(room, doc, {
    signaling: [`${location.origin.replace('http', 'ws')}/signal`],
    password: room,
    filterBcConns: false,
    peerOpts: { config: { iceServers, iceTransportPolicy: 'relay' } },
  })
  return { doc, provider }
}

/** Asked often, since y-webrtc tells of a peer before its channel is open. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1))
}

const plainPeer = {
  /** Waits in the room as a desk does, and answers whoever says hello. */
  async host(room: string): Promise<void> {
    const { doc } = await open(room)
    const map = doc.getMap('talk')
    map.observe(() => {
      if (map.has('hello') && !map.has('heard')) map.set('heard', true)
    })
  },

  async visit(room: string): Promise<PlainTimes> {
    const { doc, provider } = await open(room)
    const madeMs = performance.now()
    const map = doc.getMap('talk')
    map.set('hello', true)
    await until(() =>
      [...(provider.room?.webrtcConns.values() ?? [])].some(({ connected }) => connected),
    )
    const connectedMs = performance.now()
    await until(() => map.has('heard'))
    return { madeMs, connectedMs, answeredMs: performance.now() }
  },
}

declare global {
  interface Window {
    plainPeer: typeof plainPeer
  }
}
window.plainPeer = plainPeer
