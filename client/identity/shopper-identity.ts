import {
  ByteReader,
  ByteWriter,
  CONVERSATION_SECRET_BYTES,
  CryptoError,
  hash,
  identityFromSeed,
  makeConversationSecret,
  makeSeed,
  parseConversationSecret,
  parseSeed,
  SEED_BYTES,
  type ConversationSecret,
  type Identity,
  type Label,
  type Seed,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { parseLogId } from '../conversation/ids.ts'
import type { LogId } from '../conversation/log.ts'

/* At rest: version 1 ‖ seed 32 ‖ conversation secret 32 = 65 */

const VERSION = 1

/** Who a shopper is to one shop; a fresh one for each, so that two shops cannot link one person. */
export type ShopperKeys = {
  readonly seed: Seed
  /** Grown from `seed`. */
  readonly identity: Identity
  /** Made once and kept: the conversation's first key comes from it. */
  readonly conversationSecret: ConversationSecret
}

export function makeShopper(): ShopperKeys {
  return shopperOf(makeSeed(), makeConversationSecret())
}

/** 65 secret bytes, for the vault. */
export function encodeShopper({ seed, conversationSecret }: ShopperKeys): Uint8Array {
  return new ByteWriter().uint(VERSION, 1).raw(seed).raw(conversationSecret).finish()
}

/** The shopper that was stored, or `null`. */
export function decodeShopper(bytes: Uint8Array): ShopperKeys | null {
  const reader = new ByteReader(bytes)
  reader.version(VERSION)
  const seed = parseSeed(reader.raw(SEED_BYTES))
  const secret = parseConversationSecret(reader.raw(CONVERSATION_SECRET_BYTES))
  if (!reader.end() || seed === null || secret === null) return null
  return shopperOf(seed, secret)
}

/** Names the log of one shop and one shopper; both ends come to it by themselves. */
export function conversationLogId(root: SigningPublicKey, shopper: SigningPublicKey): LogId {
  return logIdOf('hamsa/log/conversation/1', root, shopper)
}

/** Names the log of the shop's own devices. */
export function staffLogId(root: SigningPublicKey): LogId {
  return logIdOf('hamsa/log/staff/1', root)
}

function logIdOf(label: Label, ...keys: readonly SigningPublicKey[]): LogId {
  const id = parseLogId(hash(label, ...keys))
  if (id === null) throw new CryptoError('bad-length', 'log id') // a hash has 32 bytes
  return id
}

function shopperOf(seed: Seed, conversationSecret: ConversationSecret): ShopperKeys {
  return { seed, identity: identityFromSeed(seed), conversationSecret }
}
