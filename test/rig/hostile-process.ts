/*
 * A Node process of its own: a shopper whom the shop has let in, with the conversation's keys and a
 * link as published, who puts on the wire what an honest client never would. Driven by a test.
 */
import wrtc from '@roamhq/wrtc'
import { firstEpochKey, randomBytes } from '@hamsa/crypto'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { Clock } from '../../client/clock.ts'
import { makeWriterId, NO_CERTIFICATE } from '../../client/conversation/ids.ts'
import { openLog, type OpenedLog } from '../../client/conversation/open-log.ts'
import { replicaOf } from '../../client/conversation/replica.ts'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { parseInvite } from '../../client/identity/invite.ts'
import { conversationLogId, makeShopper } from '../../client/identity/shopper-identity.ts'
import { splitMessage, type Message } from '../../client/link/frame-codec.ts'
import { makeIceServers } from '../../client/link/ice-servers.ts'
import type { RtcPlatform } from '../../client/link/platform.ts'
import { SealedStream } from '../../client/link/sealed-stream.ts'
import { openSignaling } from '../../client/link/signal-socket.ts'
import { makeWebrtcLinks } from '../../client/link/webrtc-link.ts'
import { KnownDevices } from '../../client/session/known-devices.ts'
import { DisclosureChoice } from '../../client/session/disclosure.ts'
import { Knocker } from '../../client/session/knocker.ts'
import { ConversationMembers, ShopDevices } from '../../client/session/shop-devices.ts'
import { Talk } from '../../client/session/talk.ts'
import { groundOf, type Ground } from '../helpers/log-arena.ts'
import { ATTACKS } from '../helpers/log-attacks.ts'
import { MemoryEpochs } from '../helpers/memory-epochs.ts'
import { cheapStretch, testStorage } from '../helpers/test-storage.ts'
import { answerCalls } from '../node/answer-calls.ts'
import { nodePlatform } from '../node/node-platform.ts'
import { isWireAttack, type WireAttack } from './wire-attacks.ts'

const origin = process.argv[2] ?? ''
const clock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** The stream under which the live connection seals: known as soon as it has sealed anything. */
let stream: SealedStream | null = null
const seal: SealedStream['seal'] = Reflect.get(SealedStream.prototype, 'seal')
SealedStream.prototype.seal = function (this: SealedStream, message) {
  // eslint-disable-next-line @typescript-eslint/no-this-alias -- it is the stream that is wanted
  stream = this
  return seal.call(this, message)
}

/** The live connection's channel, below all that guards it. */
let wire: RTCDataChannel | null = null
let hasClosed: Promise<void> = Promise.resolve()
const tapped: RtcPlatform = {
  RTCSessionDescription: wrtc.RTCSessionDescription,
  RTCIceCandidate: wrtc.RTCIceCandidate,
  RTCPeerConnection: function (config: RTCConfiguration): RTCPeerConnection {
    const connection = new wrtc.RTCPeerConnection(config)
    const create = connection.createDataChannel.bind(connection)
    connection.createDataChannel = (label, init) => {
      const channel = create(label, init)
      if (init?.id !== 0) return channel // files have a channel of their own
      wire = channel
      hasClosed = new Promise((resolve) => channel.addEventListener('close', () => resolve()))
      return channel
    }
    return connection
  } as unknown as RtcPlatform['RTCPeerConnection'],
}

type Membership = {
  readonly log: OpenedLog
  readonly ground: () => Ground
  leave(): void
}
let member: Membership | null = null

answerCalls(async (method, [given]) => {
  switch (method) {
    case 'join':
      member = await join(String(given))
      return null
    case 'say':
      await inside().log.append({ kind: 'text', text: String(given) })
      return null
    case 'heard':
      return heard(String(given))
    case 'attack': {
      const attack = ATTACKS[Number(given)]
      if (attack === undefined) throw new Error('no such attack')
      put({ kind: 'sync', bytes: asUpdate(attack[3](inside().ground())) })
      return null
    }
    case 'wire':
      if (!isWireAttack(given)) throw new Error('no such attack')
      onTheWire(given)
      return null
    case 'cut off':
      await hasClosed
      return wire?.readyState ?? null
    case 'leave':
      member?.leave()
      member = null
      return null
    default:
      throw new Error('no such call')
  }
})

/** Knocks as a shopper whom nobody has met before, and is in the conversation when this resolves. */
async function join(fragment: string): Promise<Membership> {
  const parsed = await parseInvite(fragment)
  if (parsed.type !== 'invite') throw new Error('no invite')
  const { invite } = parsed
  const { openSocket, fetchIce, unloadTarget } = nodePlatform(origin)
  const random = (): number => Math.random()
  const shopper = makeShopper()
  const { signing, box } = shopper.identity
  const storage = testStorage()
  const id = conversationLogId(invite.root, signing.publicKey)
  const firstKey = firstEpochKey(shopper.conversationSecret, id)
  const shopDevices = new ShopDevices()
  const devices = await KnownDevices.load({
    root: invite.root,
    devices: shopDevices,
    vault: storage.vault,
    now: () => clock.now(),
  })
  const writer = makeWriterId()
  const log = await openLog({
    ref: { kind: 'conversation', id },
    firstKey,
    self: { signing, box, certificate: NO_CERTIFICATE },
    writer,
    membership: new ConversationMembers(signing.publicKey, shopDevices),
    store: storage.entries,
    epochs: new MemoryEpochs(),
    unseal: unsealHere,
    now: () => clock.now(),
  })
  const talk = await Talk.open({
    log,
    self: signing,
    onCertificates: (certificates) => devices.learn(certificates),
    disclosure: await DisclosureChoice.load(storage.vault),
    vault: storage.vault,
    clock,
  })
  const signaling = openSignaling({ openSocket, clock, random })
  const openLink = makeWebrtcLinks({
    signaling,
    iceServers: makeIceServers(fetchIce, clock),
    platform: tapped,
    unloadTarget,
    clock,
    random,
  })
  const knocker = new Knocker({
    session: {
      ...{ storage, signaling, openLink, clock, random, unseal: unsealHere },
      stretch: cheapStretch,
      place: { origin, isLocal: true },
      obstacle: null,
    },
    invite,
    shopper,
    talk,
    admit: (peer) => devices.admit(peer),
    onAnswer: () => undefined,
  })
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (talk.linkState()?.type === 'open') resolve()
    }
    talk.subscribe(look)
    look()
  })
  const own = { key: signing.publicKey, writer, log }
  return {
    log,
    ground() {
      const shops = log.heads().find(({ author }) => author.join() !== own.key.join())
      if (shops === undefined) throw new Error('the shop has said nothing yet')
      const doc = (): Y.Doc => replicaOf(log)
      return groundOf({
        world: { ref: log.ref },
        epoch: { number: 0, tag: 0, key: firstKey },
        shop: { key: shops.author, writer: shops.writer, log },
        victim: { doc: doc() },
        mallory: { ...own, signing, wholeUpdate: () => Y.encodeStateAsUpdate(doc()) },
        doc,
      })
    },
    leave() {
      knocker.stop()
      talk.close()
      signaling.close()
      storage.close()
    },
  }
}

/** Texts of the conversation, once this one is among them. */
async function heard(text: string): Promise<readonly string[]> {
  const { log } = inside()
  const texts = (): string[] =>
    log.snapshot().entries.map(({ body }) => (body.kind === 'text' ? body.text : body.kind))
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (texts().includes(text) && !log.isStoring) resolve() // only then heads cover it
    }
    log.subscribe(look)
    look()
  })
  return texts()
}

function onTheWire(attack: WireAttack): void {
  switch (attack) {
    case 'control frames of random bytes under a good seal':
      for (let length = 0; length < 200; length++) putControl(randomBytes(length))
      break
    case 'control frames of each kind, cut short':
      for (let kind = 0; kind < 12; kind++) putControl(Uint8Array.of(1, kind))
      break
    case 'awareness, and messages of no kind of y-webrtc':
      for (const kind of [1, 3, 4, 9]) put({ kind: 'sync', bytes: Uint8Array.of(kind, 1, 0) })
      break
    case 'a control frame under no seal':
      put({ kind: 'control', bytes: randomBytes(64) })
      break
    case 'a control frame that is said twice': {
      const bytes = sealed(Uint8Array.of(1, 4, 1))
      put({ kind: 'control', bytes })
      put({ kind: 'control', bytes })
      break
    }
    case 'a frame of a version to come':
      wire?.send(new Uint8Array([9, 1, 0]))
      break
    case 'a short frame that says more follows':
      wire?.send(new Uint8Array([1, 0x81, 0]))
      break
    case 'another handshake':
      put({ kind: 'handshake', bytes: randomBytes(70) })
      break
    case 'text where bytes belong':
      wire?.send('hello')
      break
  }
}

function putControl(bytes: Uint8Array): void {
  put({ kind: 'control', bytes: sealed(bytes) })
}

function sealed(bytes: Uint8Array): Uint8Array {
  if (stream === null) throw new Error('nothing was sealed yet')
  return stream.seal(bytes)
}

function put(message: Message): void {
  for (const frame of splitMessage(message)) wire?.send(new Uint8Array(frame))
}

/** As y-webrtc sends an update (y-protocols: sync, update). */
function asUpdate(update: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 0)
    encoding.writeVarUint(encoder, 2)
    encoding.writeVarUint8Array(encoder, update)
  })
}

function inside(): Membership {
  if (member === null) throw new Error('not in the conversation')
  return member
}
