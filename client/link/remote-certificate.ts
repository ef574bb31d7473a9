import type { RelayPeerConnection } from './relay-peer-connection.ts'
import { fingerprintsOf } from './candidate.ts'

/** Both descriptions' fingerprints; an empty set makes the handshake fail. */
export type Fingerprints = { readonly own: readonly string[]; readonly peer: readonly string[] }

/**
 * What the two ends' certificates are said to be, and, where the platform shows the certificate at
 * the far end of DTLS, what it really is: when that one is not among those said, the peer's set is
 * empty, so that the handshake fails.
 */
export async function fingerprintsFor(connection: RelayPeerConnection): Promise<Fingerprints> {
  const own = fingerprintsOf(connection.localDescription?.sdp ?? '')
  const peer = fingerprintsOf(connection.remoteDescription?.sdp ?? '')
  const certificate = connection.remoteCertificate()
  if (certificate === null || !peer.some((line) => line.startsWith(SHA_256))) return { own, peer }
  return { own, peer: peer.includes(await fingerprint(certificate)) ? peer : [] }
}

const SHA_256 = 'sha-256 '

/** As a description words it: `sha-256 ab:cd:…` (RFC 8122 §5). */
async function fingerprint(certificate: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', certificate))
  return SHA_256 + [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}
