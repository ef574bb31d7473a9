import { ByteReader, ByteWriter } from './byte-codec.ts'
import { compareBytes, equalBytes } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import {
  KEY_BYTES,
  parseSigningPublicKey,
  type SigningPair,
  type SigningPublicKey,
} from './identity.ts'
import { parseSignature, sign, SIGNATURE_BYTES, verify, type Signature } from './signature.ts'

/*
 * version 1 ‖ root key 32 ‖ number 4 ‖ count 2 ‖ revoked devices' signing keys, 32 each, ascending
 * ‖ signature by root 64, over all before it
 */

export const REVOCATION_VERSION = 1
/** Most devices a shop can revoke in its life, since a list never forgets one. */
export const MAX_REVOKED_DEVICES = 256
/** Longest encoded list. */
export const MAX_REVOCATION_LIST_BYTES =
  1 + KEY_BYTES + 4 + 2 + MAX_REVOKED_DEVICES * KEY_BYTES + SIGNATURE_BYTES

/** Root's word that these devices speak for the shop no longer; parsed, not yet verified. A higher number replaces a lower one, so it needs no clock. */
export type RevocationList = {
  readonly root: SigningPublicKey
  /** 1 to 2³² − 1; answers tell the number of the newest, 0 where there is none. */
  readonly number: number
  /** Signing keys, ascending by their bytes, none twice, at most `MAX_REVOKED_DEVICES`. */
  readonly revoked: readonly SigningPublicKey[]
  readonly signature: Signature
}

/**
 * Signs the list that comes after `before` (`null`: the first one, number 1): all that was revoked,
 * and `devices`. Throws `bad-length` when these are too many, `bad-number` after the last number,
 * `wrong-root` when `before` is another shop's.
 */
export function issueRevocationList(request: {
  readonly root: SigningPair
  readonly before: RevocationList | null
  readonly devices: readonly SigningPublicKey[]
}): RevocationList {
  const { root, before, devices } = request
  if (before !== null && !equalBytes(before.root, root.publicKey)) {
    throw new CryptoError('wrong-root', 'revocation list of another root')
  }
  const revoked = ascending([...(before?.revoked ?? []), ...devices])
  if (revoked.length > MAX_REVOKED_DEVICES) throw new CryptoError('bad-length', 'revoked devices')
  const unsigned = { root: root.publicKey, number: (before?.number ?? 0) + 1, revoked }
  const signature = sign('hamsa/revocation/1', encodeUnsigned(unsigned), root.secretKey)
  return { ...unsigned, signature }
}

/** The one byte form of a list: what `parseRevocationList` took, byte for byte. */
export function encodeRevocationList(list: RevocationList): Uint8Array {
  return new ByteWriter().raw(encodeUnsigned(list)).raw(list.signature).finish()
}

/** The list in foreign bytes, or `null`. Structure only: ask `verifyRevocationList` whether to believe it. */
export function parseRevocationList(bytes: Uint8Array): RevocationList | null {
  const reader = new ByteReader(bytes)
  reader.version(REVOCATION_VERSION)
  const root = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const number = reader.uint(4)
  const count = reader.uint(2)
  const revoked = count > MAX_REVOKED_DEVICES ? null : readKeys(reader, count)
  const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
  if (!reader.end() || root === null || number === 0) return null
  if (revoked === null || signature === null) return null
  return { root, number, revoked, signature }
}

/** Whether this root has signed it. */
export async function verifyRevocationList(
  list: RevocationList,
  root: SigningPublicKey,
): Promise<boolean> {
  if (!equalBytes(list.root, root)) return false
  return verify('hamsa/revocation/1', encodeUnsigned(list), list.signature, root)
}

/** Whether a device, named by its signing key, is on the list. */
export function isRevoked(list: RevocationList, device: SigningPublicKey): boolean {
  return list.revoked.some((key) => compareBytes(key, device) === 0)
}

/**
 * Whether `next` may replace `before`, both verified under one root: a higher number that lacks
 * nobody, so that no device is ever un-revoked, not even by a root that was restored from a backup.
 */
export function isSuccessor(next: RevocationList, before: RevocationList): boolean {
  return (
    equalBytes(next.root, before.root) &&
    next.number > before.number &&
    before.revoked.every((key) => isRevoked(next, key))
  )
}

/** `count` safe keys in their one order, or `null`. */
function readKeys(reader: ByteReader, count: number): SigningPublicKey[] | null {
  const keys: SigningPublicKey[] = []
  for (let index = 0; index < count; index++) {
    const key = parseSigningPublicKey(reader.raw(KEY_BYTES))
    const last = keys.at(-1)
    if (key === null || (last !== undefined && compareBytes(last, key) >= 0)) return null
    keys.push(key)
  }
  return keys
}

function ascending(keys: readonly SigningPublicKey[]): SigningPublicKey[] {
  const sorted = keys.toSorted(compareBytes)
  return sorted.filter((key, index) => {
    const last = sorted[index - 1]
    return last === undefined || compareBytes(last, key) !== 0
  })
}

function encodeUnsigned(list: Omit<RevocationList, 'signature'>): Uint8Array {
  const writer = new ByteWriter()
    .uint(REVOCATION_VERSION, 1)
    .raw(list.root)
    .uint(list.number, 4)
    .uint(list.revoked.length, 2)
  for (const key of list.revoked) writer.raw(key)
  return writer.finish()
}
