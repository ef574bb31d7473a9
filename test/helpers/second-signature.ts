import { concatBytes, randomBytes, toUtf8, type Label, type SigningPair } from '@hamsa/crypto'
import nacl from 'tweetnacl'

/** Order of the prime subgroup (RFC 8032 §5.1). */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

/** The secret scalar of a seed (RFC 8032 §5.1.5, steps 1 to 3). */
function scalarOf(seed: Uint8Array): bigint {
  const clamped = nacl.hash(seed).slice(0, 32)
  clamped[0] = (clamped[0] ?? 0) & 248
  clamped[31] = ((clamped[31] ?? 0) & 127) | 64
  return littleEndian(clamped)
}

/**
 * Another valid signature of one message by one key, which only the key's holder can make: Ed25519
 * with a random nonce in place of the derived one. The nonce and its point are a fresh key pair's.
 */
export function signAgain(label: Label, message: Uint8Array, self: SigningPair): Uint8Array {
  const text = toUtf8(label)
  const signed = concatBytes(Uint8Array.of(text.length), text, message)
  const nonceSeed = randomBytes(32)
  const point = nacl.sign.keyPair.fromSeed(nonceSeed).publicKey
  const challenge = littleEndian(nacl.hash(concatBytes(point, self.publicKey, signed)))
  const secret = scalarOf(self.secretKey.subarray(0, 32))
  let rest = (scalarOf(nonceSeed) + challenge * secret) % GROUP_ORDER
  const s = new Uint8Array(32)
  for (let index = 0; index < 32; index++, rest >>= 8n) s[index] = Number(rest & 255n)
  return concatBytes(point, s)
}
