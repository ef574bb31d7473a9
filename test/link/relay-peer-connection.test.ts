import { describe, expect, it } from 'vitest'
import { DenyList } from '../../client/link/deny-list.ts'
import type { IceServer } from '../../client/link/ice-servers.ts'
import type { RtcPlatform } from '../../client/link/platform.ts'
import { NoRelayError, RelayPeerConnection } from '../../client/link/relay-peer-connection.ts'
import { proveRelay, selectedPair } from '../../client/link/relay-proof.ts'
import { ManualClock } from '../helpers/manual-clock.ts'

const SERVERS: readonly IceServer[] = [
  { urls: ['turn:127.0.0.1:3478'], username: 'u', credential: 'c' },
]
const HOST = 'candidate:1 1 udp 1 192.0.2.7 9 typ host'
const RELAY = 'candidate:1 1 udp 1 203.0.113.9 9 typ relay raddr 192.0.2.7 rport 51000'
const HIDDEN = 'candidate:1 1 udp 1 203.0.113.9 9 typ relay raddr 0.0.0.0 rport 9'

/** Stands where the browser's connection stands, and keeps what it is told. */
class Platform {
  static last: Platform | null = null
  readonly added: unknown[] = []
  remote: unknown = null
  iceGatheringState: RTCIceGatheringState = 'new'
  iceConnectionState: RTCIceConnectionState = 'new'
  localDescription: { type: string; sdp: string } | null = null
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null
  onicegatheringstatechange: (() => void) | null = null
  constructor(readonly config: RTCConfiguration) {
    Platform.last = this
  }
  addIceCandidate(candidate: unknown): Promise<void> {
    this.added.push(candidate)
    return Promise.resolve()
  }
  setRemoteDescription(description: unknown): Promise<void> {
    this.remote = description
    return Promise.resolve()
  }
  close(): void {
    this.iceConnectionState = 'closed'
  }
}

function make(iceServers = SERVERS, config: RTCConfiguration = {}) {
  const told: string[] = []
  const found: unknown[] = []
  const connection = new RelayPeerConnection(config, {
    platform: { RTCPeerConnection: Platform } as unknown as RtcPlatform,
    iceServers,
    events: {
      wrapChannels: () => {
        throw new Error('no channel here')
      },
      onRelayReached: () => told.push('reached'),
      onRelayUnreachable: () => told.push('unreachable'),
      onIceState: () => undefined,
    },
  })
  connection.onicecandidate = ({ candidate }) => found.push(candidate?.candidate ?? null)
  const raw = Platform.last
  if (raw === null) throw new Error('nothing was made')
  return { connection, raw, told, found }
}

describe('relay peer connection', () => {
  it('[LK2] forces the relay, whatever it is configured with', () => {
    const stun = [{ urls: 'stun:stun.example' }]
    const { raw } = make(SERVERS, { iceServers: stun, iceTransportPolicy: 'all' })
    expect(raw.config).toEqual({ iceServers: SERVERS, iceTransportPolicy: 'relay' })
  })

  it('[LK5] does not start without a relay', () => {
    Platform.last = null
    expect(() => make([])).toThrow(NoRelayError)
    expect(Platform.last).toBeNull()
  })

  it('[LK2] lets relay candidates out, with the related address hidden, and no other', () => {
    const { raw, found, told } = make()
    for (const candidate of [HOST, RELAY, '']) {
      raw.onicecandidate?.({ candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 } })
    }
    raw.onicecandidate?.({ candidate: null })
    expect([found, told]).toEqual([[HIDDEN, null], ['reached']])
  })

  it('[LK2] shows a local description without other candidates', () => {
    const { connection, raw } = make()
    raw.localDescription = { type: 'offer', sdp: `v=0\r\na=${HOST}\r\na=${RELAY}\r\n` }
    expect(connection.localDescription).toEqual({ type: 'offer', sdp: `v=0\r\na=${HIDDEN}\r\n` })
  })

  it('[LK2] takes relay candidates in, and no other, not even inside a description', async () => {
    const { connection, raw } = make()
    await connection.addIceCandidate({ candidate: HOST, sdpMid: '0' })
    await connection.addIceCandidate({ candidate: RELAY, sdpMid: '0' })
    expect(raw.added).toEqual([{ candidate: HIDDEN, sdpMid: '0', sdpMLineIndex: null }])
    await connection.setRemoteDescription({ type: 'offer', sdp: `v=0\r\na=${HOST}\r\n` })
    expect(raw.remote).toEqual({ type: 'offer', sdp: 'v=0\r\n' })
    await expect(
      connection.setRemoteDescription({ type: 'offer', sdp: 'x'.repeat(20_000) }),
    ).rejects.toThrow(TypeError)
  })

  it('[LK5] says so when gathering ends without a relayed candidate', () => {
    const { raw, told } = make()
    raw.onicecandidate?.({ candidate: { candidate: HOST, sdpMid: '0', sdpMLineIndex: 0 } })
    raw.iceGatheringState = 'complete'
    raw.onicegatheringstatechange?.()
    expect(told).toEqual(['unreachable'])
  })
})

type Row = Readonly<Record<string, unknown>>
const report = (...rows: readonly Row[]): RTCStatsReport =>
  new Map(rows.map((row) => [row.id, row])) as unknown as RTCStatsReport

function statsOf(local: string, remote: string): RTCStatsReport {
  return report(
    { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
    { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' },
    { id: 'l', type: 'local-candidate', candidateType: local },
    { id: 'r', type: 'remote-candidate', candidateType: remote },
  )
}

describe('relay proof', () => {
  it('[LK2] reads the selected pair as Chromium and as Firefox tell it', () => {
    expect(selectedPair(statsOf('relay', 'prflx'))).toEqual({ local: 'relay', remote: 'prflx' })
    const firefox = report(
      { id: 'o', type: 'candidate-pair', localCandidateId: 'h', remoteCandidateId: 'h' },
      {
        id: 'p',
        type: 'candidate-pair',
        selected: true,
        localCandidateId: 'l',
        remoteCandidateId: 'l',
      },
      { id: 'h', candidateType: 'host' },
      { id: 'l', candidateType: 'relay' },
    )
    expect(selectedPair(firefox)).toEqual({ local: 'relay', remote: 'relay' })
    expect(selectedPair(report())).toBeNull()
  })

  it('[LK2] proves a relayed connection and refuses every other', async () => {
    const clock = new ManualClock()
    const prove = (local: string, remote: string) =>
      proveRelay(() => Promise.resolve(statsOf(local, remote)), clock)
    expect(await prove('relay', 'relay')).toEqual({
      localCandidate: 'relay',
      remoteCandidate: 'relay',
    })
    for (const [local, remote] of [
      ['host', 'relay'],
      ['srflx', 'relay'],
      ['prflx', 'relay'],
      ['relay', 'host'],
      ['relay', 'srflx'],
    ] as const) {
      expect(await prove(local, remote)).toBeNull()
    }
  })

  it('[LK2] waits 5 s for a remote that is still prflx, then takes it', async () => {
    const clock = new ManualClock()
    let reads = 0
    const prove = proveRelay(() => {
      reads++
      return Promise.resolve(statsOf('relay', 'prflx'))
    }, clock)
    for (let waitedMs = 0; waitedMs < 5_000; waitedMs += 20) {
      await expect.poll(() => clock.waiting, { interval: 0 }).toBe(1)
      clock.advance(20)
    }
    expect(await prove).toEqual({ localCandidate: 'relay', remoteCandidate: 'prflx' })
    expect(reads).toBe(251)
  })

  it('[LK2] gives up when the connection is closed', async () => {
    expect(await proveRelay(() => Promise.resolve(null), new ManualClock())).toBeNull()
  })
})

describe('deny list', () => {
  it('[LK6] keeps a refused peer away, longer each time, up to five minutes', () => {
    const clock = new ManualClock()
    const list = new DenyList(clock)
    const deniedFor = (): number => {
      list.deny('a')
      let ms = 0
      while (list.isDenied('a')) {
        clock.advance(1_000)
        ms += 1_000
      }
      return ms
    }
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(deniedFor)).toEqual([
      5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000,
    ])
    list.forgive('a')
    expect([list.isDenied('b'), deniedFor()]).toEqual([false, 5_000])
  })
})
