/*
 * Proves to both ends of a fresh data channel who the other one is, before one byte of the log
 * goes out. Rules LK10–LK18 of PROTOCOL.md. Three messages each way, each behind a version byte:
 *
 *   hello     ephemeral X25519 key, nonce, role, epoch          in the clear
 *   identity  signing key, certificate, own candidate type, signature over the transcript   sealed
 *   accepted  (empty)                                           sealed
 */
import {
  agree,
  ByteReader,
  ByteWriter,
  concatBytes,
  deriveKey,
  hash,
  makeBoxPair,
  MAX_CERTIFICATE_BYTES,
  parseBoxPublicKey,
  parseSigningPublicKey,
  randomBytes,
  sign,
  SIGNATURE_BYTES,
  verify,
  type BoxPublicKey,
  type Label,
  type SigningPair,
} from '@hamsa/crypto'
import type { LogId } from '../conversation/log.ts'
import type { LinkRole, LivePeer } from './link.ts'
import { SealedStream } from './sealed-stream.ts'

export const HANDSHAKE_VERSION = 1
const LABEL: Label = 'hamsa/handshake/1'
/** Keys of the file channel: what one channel carries can't be played on the other. */
const FILES_LABEL: Label = 'hamsa/files/1'
const NONCE_BYTES = 32
const KEY_BYTES = 32
const EPOCH_BYTES = 4
const STEP = { hello: 1, identity: 2, accepted: 3 } as const
const ROLES: readonly LinkRole[] = ['shop', 'shopper']
/** Own candidate type, as signed: the only one there may be. */
const RELAY_CANDIDATE = 1

/** What the handshake speaks over: whole messages, in order. */
export type Duplex = {
  send(message: Uint8Array): void
  /** The next message; `null` once the channel is closed or the time is up. */
  receive(): Promise<Uint8Array | null>
}

export type HandshakeRequest = {
  readonly logId: LogId
  readonly epoch: number
  readonly role: LinkRole
  /** Which end made the session offer that stands; orders the transcript. */
  readonly offerer: boolean
  /** Certificate fingerprints of both descriptions, see `fingerprintsOf`; an empty set fails. */
  readonly fingerprints: { readonly own: readonly string[]; readonly peer: readonly string[] }
  readonly signing: SigningPair
  readonly certificate: Uint8Array | null
  readonly admit: (peer: LivePeer) => Promise<boolean>
}

export type HandshakeFailure =
  /** The channel closed, or the deadline passed. */
  | 'interrupted'
  | 'no-fingerprint'
  | 'malformed'
  /** The peer's transcript is another one: other log, other fingerprints, or no member at all. */
  | 'other-transcript'
  | 'bad-signature'
  /** The peer says itself that it is not relayed. */
  | 'not-relayed'
  | 'not-admitted'

export type HandshakeResult =
  | {
      readonly type: 'open'
      readonly peer: LivePeer
      readonly stream: SealedStream
      /** For the file channel. */
      readonly files: SealedStream
    }
  | { readonly type: 'failed'; readonly failure: HandshakeFailure; readonly peer: LivePeer | null }

type Hello = {
  readonly ephemeral: BoxPublicKey
  readonly nonce: Uint8Array
  readonly role: LinkRole
  readonly epoch: number
}

/** Runs the handshake to its end; never rejects on what a peer sends. */
export async function shakeHands(
  duplex: Duplex,
  request: HandshakeRequest,
): Promise<HandshakeResult> {
  const { own, peer: peers } = request.fingerprints
  if (own.length === 0 || peers.length === 0) return failed('no-fingerprint')

  const ephemeral = makeBoxPair()
  const hello: Hello = {
    ephemeral: ephemeral.publicKey,
    nonce: randomBytes(NONCE_BYTES),
    role: request.role,
    epoch: request.epoch,
  }
  duplex.send(encodeHello(hello))
  const helloBytes = await duplex.receive()
  if (helloBytes === null) return failed('interrupted')
  const peerHello = decodeHello(helloBytes)
  if (peerHello === null) return failed('malformed')
  const shared = agree(ephemeral.secretKey, peerHello.ephemeral)
  if (shared === null) return failed('malformed')

  const transcript = transcriptOf(request, hello, peerHello)
  const stream = streamFrom(shared, transcript, LABEL, request.offerer)
  duplex.send(encodeSealed(stream, 'identity', encodeIdentity(request, transcript)))
  const identityBytes = await duplex.receive()
  if (identityBytes === null) return failed('interrupted')
  const opened = openSealed(stream, 'identity', identityBytes)
  if (opened === null) return failed('other-transcript')
  const identity = decodeIdentity(opened)
  if (identity === null) return failed('malformed')

  const { candidate, signature } = identity
  const peer: LivePeer = { ...identity.shown, epoch: peerHello.epoch }
  const signed = signedBytes(transcript, !request.offerer, peer, candidate)
  if (!(await verify(LABEL, signed, signature, peer.key))) return failed('bad-signature')
  if (candidate !== RELAY_CANDIDATE) return failed('not-relayed', peer)
  if (!(await request.admit(peer))) return failed('not-admitted', peer)

  duplex.send(encodeSealed(stream, 'accepted', new Uint8Array()))
  const acceptedBytes = await duplex.receive()
  if (acceptedBytes === null) return failed('interrupted', peer)
  const accepted = openSealed(stream, 'accepted', acceptedBytes)
  if (accepted?.length !== 0) return failed('malformed', peer)
  const files = streamFrom(shared, transcript, FILES_LABEL, request.offerer)
  return { type: 'open', peer, stream, files }
}

function failed(failure: HandshakeFailure, peer: LivePeer | null = null): HandshakeResult {
  return { type: 'failed', failure, peer }
}

/** 32 bytes that both ends only share when log, roles, epochs, keys and certificates are the same. */
function transcriptOf(
  { logId, offerer, fingerprints }: HandshakeRequest,
  own: Hello,
  peer: Hello,
): Uint8Array {
  const ownSide = [own, fingerprints.own] as const
  const peerSide = [peer, fingerprints.peer] as const
  const writer = new ByteWriter().raw(logId)
  for (const [hello, lines] of offerer ? [ownSide, peerSide] : [peerSide, ownSide]) {
    writer.bytes(encodeHello(hello), 2).text(lines.join('\n'), 2)
  }
  return hash(LABEL, writer.finish())
}

/** One key for each direction, from the shared secret and the whole transcript. */
function streamFrom(
  shared: Uint8Array,
  transcript: Uint8Array,
  label: Label,
  offerer: boolean,
): SealedStream {
  const keys = deriveKey(shared, transcript, label, 2 * KEY_BYTES)
  const ofOfferer = keys.slice(0, KEY_BYTES)
  const ofAnswerer = keys.slice(KEY_BYTES)
  return offerer ? new SealedStream(ofOfferer, ofAnswerer) : new SealedStream(ofAnswerer, ofOfferer)
}

function encodeHello({ ephemeral, nonce, role, epoch }: Hello): Uint8Array {
  return new ByteWriter()
    .uint(HANDSHAKE_VERSION, 1)
    .uint(STEP.hello, 1)
    .raw(ephemeral)
    .raw(nonce)
    .uint(ROLES.indexOf(role), 1)
    .uint(epoch, EPOCH_BYTES)
    .finish()
}

function decodeHello(bytes: Uint8Array): Hello | null {
  const reader = new ByteReader(bytes)
  reader.version(HANDSHAKE_VERSION)
  if (reader.uint(1) !== STEP.hello) return null
  const ephemeral = parseBoxPublicKey(reader.raw(KEY_BYTES))
  const nonce = reader.raw(NONCE_BYTES)
  const role = ROLES[reader.uint(1)]
  const epoch = reader.uint(EPOCH_BYTES)
  if (!reader.end() || ephemeral === null || role === undefined) return null
  return { ephemeral, nonce, role, epoch }
}

/** version ‖ step ‖ sealed; the step is inside too, so that no message stands in for another. */
function encodeSealed(
  stream: SealedStream,
  step: 'identity' | 'accepted',
  payload: Uint8Array,
): Uint8Array {
  const sealed = stream.seal(concatBytes(Uint8Array.of(STEP[step]), payload))
  return new ByteWriter().uint(HANDSHAKE_VERSION, 1).uint(STEP[step], 1).raw(sealed).finish()
}

function openSealed(
  stream: SealedStream,
  step: 'identity' | 'accepted',
  bytes: Uint8Array,
): Uint8Array | null {
  const reader = new ByteReader(bytes)
  reader.version(HANDSHAKE_VERSION)
  if (reader.uint(1) !== STEP[step]) return null
  const opened = stream.open(reader.rest())
  return opened?.[0] === STEP[step] ? opened.slice(1) : null
}

/** What the signature covers: the transcript, the signer's side, and all else in its identity message. */
function signedBytes(
  transcript: Uint8Array,
  offerer: boolean,
  { key, certificate }: Shown,
  candidate: number,
): Uint8Array {
  return new ByteWriter()
    .raw(transcript)
    .uint(offerer ? 1 : 0, 1)
    .uint(candidate, 1)
    .raw(key)
    .uint(certificate === null ? 0 : 1, 1)
    .bytes(certificate ?? new Uint8Array(), 2)
    .finish()
}

function encodeIdentity(
  { signing, certificate, offerer }: HandshakeRequest,
  transcript: Uint8Array,
): Uint8Array {
  const own: Shown = { key: signing.publicKey, certificate }
  const signed = signedBytes(transcript, offerer, own, RELAY_CANDIDATE)
  return new ByteWriter()
    .uint(RELAY_CANDIDATE, 1)
    .raw(own.key)
    .uint(certificate === null ? 0 : 1, 1)
    .bytes(certificate ?? new Uint8Array(), 2)
    .raw(sign(LABEL, signed, signing.secretKey))
    .finish()
}

/** What a side shows of itself; its epoch stands in its hello. */
type Shown = Omit<LivePeer, 'epoch'>

type Identity = {
  readonly shown: Shown
  readonly candidate: number
  readonly signature: Uint8Array
}

function decodeIdentity(bytes: Uint8Array): Identity | null {
  const reader = new ByteReader(bytes)
  const candidate = reader.uint(1)
  const key = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const hasCertificate = reader.uint(1)
  const certificate = reader.bytes(2, MAX_CERTIFICATE_BYTES)
  const signature = reader.raw(SIGNATURE_BYTES)
  if (!reader.end() || key === null || hasCertificate > 1) return null
  if (hasCertificate === 0 && certificate.length > 0) return null
  return {
    shown: { key, certificate: hasCertificate === 1 ? certificate : null },
    candidate,
    signature,
  }
}
