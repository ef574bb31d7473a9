import type { RtcPlatform } from './platform.ts'
import { RelayPeerConnection, type RelaySettings } from './relay-peer-connection.ts'

/**
 * simple-peer's options for one room. y-webrtc reads them for each connection it makes, and
 * simple-peer makes its RTCPeerConnection at once, so what the next one needs is laid ready here.
 */
export class PeerOptions {
  readonly options: object
  #next: RelaySettings | null = null

  constructor({ RTCSessionDescription, RTCIceCandidate }: RtcPlatform) {
    const takeNext = (): RelaySettings => this.#takeNext()
    this.options = {
      trickle: true,
      // For those who do not trickle; its timer would outlive the connection by five seconds.
      iceCompleteTimeout: 1,
      // Negotiated: else a quarter of the pairs that start together never exchange a byte.
      channelConfig: { negotiated: true, id: 0 },
      // What is missing here simple-peer fills with a public STUN server.
      config: { iceServers: [], iceTransportPolicy: 'relay' },
      wrtc: {
        RTCPeerConnection: class extends RelayPeerConnection {
          constructor(config: RTCConfiguration) {
            super(config, takeNext())
          }
        },
        RTCSessionDescription,
        RTCIceCandidate,
      },
    }
  }

  /** To be called right before y-webrtc is asked for a connection. */
  prepare(settings: RelaySettings): void {
    this.#next = settings
  }

  #takeNext(): RelaySettings {
    const settings = this.#next
    this.#next = null
    if (settings === null) throw new Error('a connection that this link did not ask for')
    return settings
  }
}
