import { agree, agreeSoon, makeBoxPairSoon } from './agreement.ts'
import { ByteReader, ByteWriter } from './byte-codec.ts'
import { concatBytes, equalBytes } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { authenticate, deriveKey, HASH_BYTES } from './hash.ts'
import {
  KEY_BYTES,
  makeBoxPair,
  parseBoxPublicKey,
  parseSigningPublicKey,
  type BoxPublicKey,
  type Identity,
  type SigningPublicKey,
} from './identity.ts'
import { INVITE_ID_BYTES, parseInviteId, type InviteId, type InviteSecret } from './invite-token.ts'
import { openUnderFreshKey, SECRET_KEY_BYTES, sealUnderFreshKey, TAG_BYTES } from './secretbox.ts'
import { sign, SIGNATURE_BYTES, signSoon, verify, type Signature } from './signature.ts'
import {
  CONVERSATION_SECRET_BYTES,
  parseConversationSecret,
  parseVisitNonce,
  VISIT_NONCE_BYTES,
  type ConversationSecret,
  type VisitNonce,
} from './visit.ts'
import { findWork, parseWorkNonce, WORK_NONCE_BYTES, workBitsOf, type WorkNonce } from './work.ts'

/*
 * knock      version 1 ‖ ephemeral X25519 key 32 ‖ ciphertext 991                        = 1,024
 * plaintext  invite id 16 ‖ shopper signing 32 ‖ shopper box 32 ‖ conversation secret 32
 *            ‖ visit nonce 16 ‖ work nonce 8 ‖ proof 32 ‖ signature 64 ‖ zeros 743       =   975
 */

export const KNOCK_VERSION = 1
/** Every knock has this length, whatever is in it. */
export const KNOCK_BYTES = 1024
const PLAINTEXT_BYTES = KNOCK_BYTES - 1 - KEY_BYTES - TAG_BYTES

/** Public keys of the inbox that a knock is sealed to; they come with the invite, certified by root. */
export type InboxKeys = { readonly signing: SigningPublicKey; readonly box: BoxPublicKey }

export type KnockRequest = {
  readonly inbox: InboxKeys
  readonly inviteId: InviteId
  readonly inviteSecret: InviteSecret
  readonly shopper: Identity
  readonly conversationSecret: ConversationSecret
  readonly visitNonce: VisitNonce
  /** Work to be found on the spot, on this thread; 0 when left out. */
  readonly workBits?: number
  /** Work found before, by `findWork`; goes ahead of `workBits`. */
  readonly workNonce?: WorkNonce
}

export type KnockContents = {
  readonly inviteId: InviteId
  readonly shopperSigning: SigningPublicKey
  readonly shopperBox: BoxPublicKey
  readonly conversationSecret: ConversationSecret
  readonly visitNonce: VisitNonce
  /** Leading zero bits of the work shown, 0 to 256. */
  readonly workBits: number
}

export type OpenedKnock =
  /** Signed by the shopper's key, by somebody who holds the invite. Not proven live: it may be a replay. */
  | ({ readonly type: 'knock' } & KnockContents)
  /** Signed by the shopper's key, for an invite that is no longer or was never there; enough to answer `revoked`, `closed` or `foreign`. */
  | ({ readonly type: 'unknown-invite' } & KnockContents)

/** The shopper's first message, 1,024 bytes, which only the inbox key opens. Throws `bad-number` when `workBits` is out of range or, once in e³⁶ times, not met. */
export function sealKnock(request: KnockRequest): Uint8Array {
  const { inbox, shopper } = request
  const ephemeral = makeBoxPair()
  const words = wordsOf(request, ephemeral.publicKey)
  const signed = proven(words, request, agree(shopper.box.secretKey, inbox.box))
  const signature = sign('hamsa/knock/1', signed, shopper.signing.secretKey)
  return wrap(words, signed, signature, agree(ephemeral.secretKey, inbox.box))
}

/** The same without holding the page, as far as no work is asked for: the costly steps run side by side. */
export async function sealKnockSoon(request: KnockRequest): Promise<Uint8Array> {
  const { inbox, shopper } = request
  const agreed = agreeSoon(shopper.box.secretKey, inbox.box)
  const ephemeral = await makeBoxPairSoon()
  const words = wordsOf(request, ephemeral.publicKey)
  const shared = agreeSoon(ephemeral.secretKey, inbox.box)
  const signed = proven(words, request, await agreed)
  const signature = await signSoon('hamsa/knock/1', signed, shopper.signing.secretKey)
  return wrap(words, signed, signature, await shared)
}

/** What is to be proven, signed and sealed. */
type Words = Pick<KnockRequest, 'inbox'> & {
  readonly ephemeral: BoxPublicKey
  readonly fields: Uint8Array
  readonly transcript: Uint8Array
}

function wordsOf(request: KnockRequest, ephemeral: BoxPublicKey): Words {
  const { inbox, shopper } = request
  const fields = new ByteWriter()
    .raw(request.inviteId)
    .raw(shopper.signing.publicKey)
    .raw(shopper.box.publicKey)
    .raw(request.conversationSecret)
    .raw(request.visitNonce)
    .raw(request.workNonce ?? workFor(request))
    .finish()
  return { inbox, ephemeral, fields, transcript: transcriptOf(inbox, ephemeral, fields) }
}

/** Transcript ‖ proof; `agreed` by the shopper's box key and the inbox. */
function proven(words: Words, request: KnockRequest, agreed: Uint8Array | null): Uint8Array {
  const { transcript } = words
  return concatBytes(transcript, proofOf(mustAgree(agreed), request.inviteSecret, transcript))
}

/** `agreed` by the ephemeral key and the inbox. */
function wrap(
  { inbox, ephemeral, fields, transcript }: Words,
  signed: Uint8Array,
  signature: Signature,
  agreed: Uint8Array | null,
): Uint8Array {
  const proof = signed.subarray(transcript.length)
  const plaintext = new ByteWriter().raw(fields).raw(proof).raw(signature).padTo(PLAINTEXT_BYTES)
  const key = knockKey(mustAgree(agreed), inbox.box, ephemeral)
  const ciphertext = sealUnderFreshKey(key, plaintext.finish())
  return new ByteWriter().uint(KNOCK_VERSION, 1).raw(ephemeral).raw(ciphertext).finish()
}

/**
 * What a knock says, or `null` when it is not a whole, signed knock to this inbox whose proof fits
 * its invite. Takes any bytes. The caller answers a visit nonce once.
 *
 * @param keys.inviteSecret gives the secret of an invite, `null` for one that is not open
 */
export async function openKnock(
  bytes: Uint8Array,
  keys: {
    readonly inbox: Identity
    readonly inviteSecret: (inviteId: InviteId) => InviteSecret | null
  },
): Promise<OpenedKnock | null> {
  const inbox = { signing: keys.inbox.signing.publicKey, box: keys.inbox.box.publicKey }
  const envelope = parseEnvelope(bytes)
  if (envelope === null) return null
  const shared = await agreeSoon(keys.inbox.box.secretKey, envelope.ephemeral)
  if (shared === null) return null
  const key = knockKey(shared, inbox.box, envelope.ephemeral)
  const plaintext = openUnderFreshKey(key, envelope.ciphertext)
  const parsed = plaintext === null ? null : parsePlaintext(plaintext, inbox.signing)
  if (parsed === null) return null

  const { contents, fields, proof, signature } = parsed
  const transcript = transcriptOf(inbox, envelope.ephemeral, fields)
  const signed = concatBytes(transcript, proof)
  if (!(await verify('hamsa/knock/1', signed, signature, contents.shopperSigning))) return null
  const secret = keys.inviteSecret(contents.inviteId)
  if (secret === null) return { type: 'unknown-invite', ...contents }
  const staticShared = await agreeSoon(keys.inbox.box.secretKey, contents.shopperBox)
  if (staticShared === null) return null
  if (!equalBytes(proof, proofOf(staticShared, secret, transcript))) return null
  return { type: 'knock', ...contents }
}

function parseEnvelope(
  bytes: Uint8Array,
): { ephemeral: BoxPublicKey; ciphertext: Uint8Array } | null {
  if (bytes.length !== KNOCK_BYTES) return null
  const reader = new ByteReader(bytes)
  reader.version(KNOCK_VERSION)
  const ephemeral = parseBoxPublicKey(reader.raw(KEY_BYTES))
  const ciphertext = reader.rest()
  return reader.end() && ephemeral !== null ? { ephemeral, ciphertext } : null
}

type ParsedKnock = {
  contents: KnockContents
  fields: Uint8Array
  proof: Uint8Array
  signature: Uint8Array
}

const FIELDS_BYTES =
  INVITE_ID_BYTES + 2 * KEY_BYTES + CONVERSATION_SECRET_BYTES + VISIT_NONCE_BYTES + WORK_NONCE_BYTES

function parsePlaintext(plaintext: Uint8Array, inboxSigning: SigningPublicKey): ParsedKnock | null {
  const reader = new ByteReader(plaintext)
  const inviteId = parseInviteId(reader.raw(INVITE_ID_BYTES))
  const shopperSigning = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const shopperBox = parseBoxPublicKey(reader.raw(KEY_BYTES))
  const conversationSecret = parseConversationSecret(reader.raw(CONVERSATION_SECRET_BYTES))
  const visitNonce = parseVisitNonce(reader.raw(VISIT_NONCE_BYTES))
  const workNonce = parseWorkNonce(reader.raw(WORK_NONCE_BYTES))
  const proof = reader.raw(HASH_BYTES)
  const signature = reader.raw(SIGNATURE_BYTES)
  reader.padding()
  if (!reader.end()) return null
  if (inviteId === null || shopperSigning === null || shopperBox === null) return null
  if (conversationSecret === null || visitNonce === null || workNonce === null) return null
  const workBits = workBitsOf({ inboxSigning, shopperSigning, visitNonce }, workNonce)
  return {
    contents: { inviteId, shopperSigning, shopperBox, conversationSecret, visitNonce, workBits },
    fields: plaintext.slice(0, FIELDS_BYTES),
    proof,
    signature,
  }
}

/** What proof and signature stand for: this inbox, this ephemeral, these fields; all of fixed length. */
function transcriptOf(inbox: InboxKeys, ephemeral: BoxPublicKey, fields: Uint8Array): Uint8Array {
  return new ByteWriter()
    .uint(KNOCK_VERSION, 1)
    .raw(inbox.signing)
    .raw(inbox.box)
    .raw(ephemeral)
    .raw(fields)
    .finish()
}

/** Shows at once that the sender holds the invite secret and the shopper's box key. */
function proofOf(shared: Uint8Array, secret: InviteSecret, transcript: Uint8Array): Uint8Array {
  const key = deriveKey(shared, secret, 'hamsa/knock/proof/1', HASH_BYTES)
  return authenticate(key, 'hamsa/knock/proof/1', transcript)
}

function knockKey(shared: Uint8Array, inboxBox: BoxPublicKey, ephemeral: BoxPublicKey): Uint8Array {
  return deriveKey(shared, concatBytes(inboxBox, ephemeral), 'hamsa/knock/1', SECRET_KEY_BYTES)
}

function workFor({ inbox, shopper, visitNonce, workBits = 0 }: KnockRequest): WorkNonce {
  const subject = {
    inboxSigning: inbox.signing,
    shopperSigning: shopper.signing.publicKey,
    visitNonce,
  }
  const nonce = findWork(subject, workBits)
  if (nonce === null) throw new CryptoError('bad-number', `no work of ${workBits} bits was met`)
  return nonce
}

/** A branded box key has been checked, so an agreement with it cannot fail. */
function mustAgree(shared: Uint8Array | null): Uint8Array {
  if (shared === null) throw new CryptoError('weak-key', 'inbox box key')
  return shared
}
