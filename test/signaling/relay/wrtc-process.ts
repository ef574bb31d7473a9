/* A Node process of its own: two peers of @roamhq/wrtc that reach each other over a relay alone. */
import { once } from 'node:events'
import wrtc from '@roamhq/wrtc'
import { answerCalls } from '../../node/answer-calls.ts'

/** Connects two relay-only peers, sends `bytes` there and back, and says whether all of it came. */
async function connectPair(iceServer: RTCIceServer, bytes: number): Promise<boolean> {
  const config: RTCConfiguration = { iceServers: [iceServer], iceTransportPolicy: 'relay' }
  const [left, right] = [new wrtc.RTCPeerConnection(config), new wrtc.RTCPeerConnection(config)]
  const pass = (from: RTCPeerConnection, to: RTCPeerConnection): void => {
    from.onicecandidate = ({ candidate }) => {
      if (candidate) void to.addIceCandidate(candidate)
    }
  }
  pass(left, right)
  pass(right, left)
  const [near, far] = [left, right].map((peer) => {
    const channel = peer.createDataChannel('test', { negotiated: true, id: 0 })
    channel.binaryType = 'arraybuffer'
    return channel
  })
  if (near === undefined || far === undefined) throw new Error('no channel')
  const opened = Promise.all([once(near, 'open'), once(far, 'open')])
  const offer = await left.createOffer()
  await left.setLocalDescription(offer)
  await right.setRemoteDescription(offer)
  const answer = await right.createAnswer()
  await right.setLocalDescription(answer)
  await left.setRemoteDescription(answer)
  await opened
  return (await transfer(near, far, bytes)) && (await transfer(far, near, bytes))
}

async function transfer(from: RTCDataChannel, to: RTCDataChannel, bytes: number): Promise<boolean> {
  const sent = Uint8Array.from({ length: bytes }, (_, index) => (index * 31) >>> 3)
  const parts: Buffer[] = []
  const arrived = new Promise<void>((resolve) => {
    let length = 0
    to.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      parts.push(Buffer.from(data))
      length += data.byteLength
      if (length >= bytes) resolve()
    }
  })
  for (let at = 0; at < bytes; at += 16_384) from.send(sent.slice(at, at + 16_384))
  await arrived
  return Buffer.concat(parts).equals(sent)
}

answerCalls((_method, [urls, username, credential, bytes]) =>
  connectPair(
    { urls: String(urls), username: String(username), credential: String(credential) },
    Number(bytes),
  ),
)
