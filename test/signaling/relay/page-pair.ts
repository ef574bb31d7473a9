import type { Page } from 'playwright-core'

/** What came of two relay-only peers of one page. */
export type PagePair = {
  /** Whether all bytes arrived as they were sent, there and back. */
  readonly intact: readonly boolean[]
  /** Types of the selected pair's candidates, own and remote, of each peer. */
  readonly selected: readonly (readonly unknown[])[]
  /** How each peer reaches its relay: `udp`, `tcp` or `tls`. */
  readonly relayProtocols: readonly unknown[]
  readonly candidates: readonly string[]
  readonly openMs: number
  /** From the first byte sent to the last one arrived, both ways at once. */
  readonly transferMs: number
}

/**
 * Connects two peers of a page over the relay at `ice`, sends `bytes` random bytes each way, and
 * closes them. The browser's own WebRTC, no code of ours.
 */
export function connectPagePair(
  page: Page,
  of: {
    readonly ice: {
      readonly urls: string | readonly string[]
      readonly username: string
      readonly credential: string
    }
    readonly bytes: number
  },
): Promise<PagePair> {
  const { urls, username, credential } = of.ice
  const ice = { urls: [urls].flat(), username, credential }
  return page.evaluate(
    async ({ ice, bytes }) => {
      const config: RTCConfiguration = { iceServers: [ice], iceTransportPolicy: 'relay' }
      const started = performance.now()
      const left = new RTCPeerConnection(config)
      const right = new RTCPeerConnection(config)
      const candidates: string[] = []
      left.onicecandidate = ({ candidate }) => {
        if (candidate) candidates.push(candidate.candidate)
        void right.addIceCandidate(candidate ?? undefined)
      }
      right.onicecandidate = ({ candidate }) => void left.addIceCandidate(candidate ?? undefined)
      const channelOf = (peer: RTCPeerConnection): RTCDataChannel => {
        const channel = peer.createDataChannel('test', { negotiated: true, id: 0 })
        channel.binaryType = 'arraybuffer'
        return channel
      }
      const [leftChannel, rightChannel] = [channelOf(left), channelOf(right)]
      const opened = [leftChannel, rightChannel].map(
        (channel) => new Promise((resolve) => channel.addEventListener('open', resolve)),
      )
      await left.setLocalDescription()
      if (left.localDescription) await right.setRemoteDescription(left.localDescription)
      await right.setLocalDescription()
      if (right.localDescription) await left.setRemoteDescription(right.localDescription)
      await Promise.all(opened)
      const openMs = performance.now() - started

      const transfer = async (from: RTCDataChannel, to: RTCDataChannel): Promise<boolean> => {
        const data = new Uint8Array(bytes)
        for (let at = 0; at < bytes; at += 65_536) {
          crypto.getRandomValues(data.subarray(at, at + 65_536))
        }
        const received = new Uint8Array(bytes)
        let length = 0
        const arrived = new Promise<void>((resolve) => {
          to.onmessage = ({ data: part }) => {
            if (!(part instanceof ArrayBuffer)) return
            received.set(new Uint8Array(part), length)
            length += part.byteLength
            if (length === bytes) resolve()
          }
        })
        for (let at = 0; at < bytes; at += 16_384) from.send(data.subarray(at, at + 16_384))
        await arrived
        return data.every((byte, index) => byte === received[index])
      }
      const began = performance.now()
      const intact = await Promise.all([
        transfer(leftChannel, rightChannel),
        transfer(rightChannel, leftChannel),
      ])

      const transferMs = performance.now() - began

      const field = (entry: unknown, name: string): unknown =>
        typeof entry === 'object' && entry !== null ? Reflect.get(entry, name) : undefined
      const types = async (peer: RTCPeerConnection): Promise<unknown[]> => {
        const byId = new Map<unknown, unknown>()
        const stats = await peer.getStats()
        stats.forEach((entry: unknown) => byId.set(field(entry, 'id'), entry))
        const transport = [...byId.values()].find((entry) => field(entry, 'type') === 'transport')
        const pair = byId.get(field(transport, 'selectedCandidatePairId'))
        return ['localCandidateId', 'remoteCandidateId'].map((side) =>
          field(byId.get(field(pair, side)), 'candidateType'),
        )
      }
      const protocolOf = async (peer: RTCPeerConnection): Promise<unknown> => {
        const stats = await peer.getStats()
        let protocol: unknown
        stats.forEach((entry: unknown) => {
          if (field(entry, 'type') !== 'transport') return
          const pair: unknown = stats.get(String(field(entry, 'selectedCandidatePairId')))
          const local: unknown = stats.get(String(field(pair, 'localCandidateId')))
          protocol = field(local, 'relayProtocol')
        })
        return protocol
      }
      const selected = [await types(left), await types(right)]
      const relayProtocols = [await protocolOf(left), await protocolOf(right)]
      left.close()
      right.close()
      return { intact, selected, relayProtocols, candidates, openMs, transferMs }
    },
    { ice, bytes: of.bytes },
  )
}
