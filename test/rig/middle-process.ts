/*
 * A Node process of its own: a man in the middle, who runs the signalling service, knows the room
 * key, and was given relay credentials. Each end connects to him in the belief that he is the
 * other one; whatever comes on one data channel he passes on through the other, byte for byte.
 */
import wrtc from '@roamhq/wrtc'
import { answerCalls } from '../node/answer-calls.ts'

type Description = { readonly type: 'offer' | 'answer'; readonly sdp: string }

const connections: RTCPeerConnection[] = []
let joined = 0
let passedBytes = 0

answerCalls(async (method, [given, more]) => {
  switch (method) {
    case 'between':
      return between(given as Description, more as RTCIceServer[])
    case 'answered':
      await connections[Number(given)]?.setRemoteDescription(more as Description)
      return null
    case 'candidate':
      await connections[Number(given)]?.addIceCandidate(more as RTCIceCandidateInit)
      return null
    case 'counts':
      return { joined, passedBytes }
    default:
      throw new Error('no such call')
  }
})

/**
 * Takes one end's offer: gives the answer that goes back to it, and an offer of his own for the
 * other end. `far` is the number of his connection to that end, the one after it that to the first.
 * His own candidates stand in his descriptions.
 */
async function between(
  offer: Description,
  iceServers: RTCIceServer[],
): Promise<{ readonly answer: Description; readonly offer: Description; readonly far: number }> {
  const config: RTCConfiguration = { iceServers, iceTransportPolicy: 'relay' }
  const near = new wrtc.RTCPeerConnection(config)
  const far = new wrtc.RTCPeerConnection(config)
  connections.push(far, near)
  const number = connections.length - 2
  bridge(
    near.createDataChannel('', { negotiated: true, id: 0 }),
    far.createDataChannel('', { negotiated: true, id: 0 }),
  )
  await near.setRemoteDescription(offer)
  const [answer, ownOffer] = await Promise.all([
    described(near, async () => near.setLocalDescription(await near.createAnswer())),
    described(far, async () => far.setLocalDescription(await far.createOffer())),
  ])
  return { answer, offer: ownOffer, far: number }
}

/** Whatever is sent before the other side is there waits for it. */
function bridge(left: RTCDataChannel, right: RTCDataChannel): void {
  for (const [from, to] of [
    [left, right],
    [right, left],
  ] as const) {
    const waiting: ArrayBuffer[] = []
    from.binaryType = 'arraybuffer'
    from.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      passedBytes += data.byteLength
      if (to.readyState === 'open') to.send(data)
      else waiting.push(data)
    }
    to.addEventListener('open', () => {
      joined++
      for (const data of waiting.splice(0)) to.send(data)
    })
    from.onclose = () => to.close()
  }
}

/** The connection's description with all its candidates in it. */
async function described(
  connection: RTCPeerConnection,
  begin: () => Promise<void>,
): Promise<Description> {
  const gathered = new Promise<void>((resolve) => {
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null) resolve()
    }
  })
  await begin()
  await gathered
  const description = connection.localDescription
  if (description === null || (description.type !== 'offer' && description.type !== 'answer')) {
    throw new Error('not described')
  }
  return { type: description.type, sdp: description.sdp }
}
