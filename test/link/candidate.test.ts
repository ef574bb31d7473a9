import { describe, expect, it } from 'vitest'
import { fingerprintsOf, relayCandidate, relayOnlySdp } from '../../client/link/candidate.ts'

const RELAY =
  'candidate:1 1 udp 41885439 203.0.113.9 49321 typ relay raddr 192.0.2.7 rport 51000 generation 0 ufrag a+b/ network-cost 999'

describe('candidates', () => {
  it('[LK2] hides the related address of a relay candidate and keeps the rest', () => {
    expect(relayCandidate(RELAY)).toBe(
      'candidate:1 1 udp 41885439 203.0.113.9 49321 typ relay raddr 0.0.0.0 rport 9 generation 0 ufrag a+b/ network-cost 999',
    )
    expect(relayCandidate('candidate:1 1 UDP 9 2001:db8::1 9 typ relay')).toBe(
      'candidate:1 1 UDP 9 2001:db8::1 9 typ relay raddr 0.0.0.0 rport 9',
    )
  })

  it('[LK2] takes no other kind, however it is disguised', () => {
    for (const line of [
      'candidate:1 1 udp 1 192.0.2.7 9 typ host',
      'candidate:1 1 udp 1 192.0.2.7 9 typ srflx raddr 10.0.0.1 rport 9',
      'candidate:1 1 udp 1 192.0.2.7 9 typ prflx raddr 10.0.0.1 rport 9',
      'candidate:1 1 udp 1 192.0.2.7 9 typ host x typ relay',
      'candidate:1 1 udp 1 192.0.2.7 9 typ host generation typ relay 0',
      'candidate:1 1 udp 1 192.0.2.7 9 typ relay x',
      'candidate:1 1 udp 1 192.0.2.7\r\na=x 9 typ relay',
      `candidate:${'1'.repeat(600)} 1 udp 1 192.0.2.7 9 typ relay`,
      'candidate: typ relay',
      '1 1 udp 1 192.0.2.7 9 typ relay',
      '',
    ]) {
      expect(relayCandidate(line), line).toBeNull()
    }
  })

  it('[LK2] leaves no address in a description but relayed ones', () => {
    const sdp = [
      'v=0',
      'm=application 51000 UDP/DTLS/SCTP webrtc-datachannel',
      'c=IN IP4 192.0.2.7',
      'a=candidate:1 1 udp 1 192.0.2.7 9 typ host',
      'a=remote-candidates:1 192.0.2.7 9',
      `a=${RELAY}`,
      'a=end-of-candidates',
      '',
    ].join('\r\n')
    expect(relayOnlySdp(sdp)).toBe(
      [
        'v=0',
        'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
        'c=IN IP4 0.0.0.0',
        `a=${relayCandidate(RELAY) ?? ''}`,
        'a=end-of-candidates',
        '',
      ].join('\r\n'),
    )
    expect(relayOnlySdp('x'.repeat(20_000))).toBeNull()
  })

  it('[LK11] reads fingerprints as a sorted set in lower case', () => {
    const sdp =
      'a=fingerprint:SHA-256 BB:01\r\nm=x\r\na=fingerprint:sha-1 AA:02\na=fingerprint:sha-256 bb:01 \r\n'
    expect(fingerprintsOf(sdp)).toEqual(['sha-1 aa:02', 'sha-256 bb:01'])
    expect(fingerprintsOf('v=0')).toEqual([])
  })
})
