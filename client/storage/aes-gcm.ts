import { concatBytes } from '@hamsa/crypto'
import { errorName } from './storage-failure.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A 32-byte key as a handle that encrypts and decrypts and cannot be read out. */
export function importAesKey(subtle: SubtleCrypto, bytes: Uint8Array): Promise<CryptoKey> {
  return subtle.importKey('raw', plain(bytes), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** AES-256-GCM under a fresh random nonce: nonce 12 ‖ ciphertext ‖ tag 16. `context` says what it is, and is needed to open it. */
export async function encrypt(
  subtle: SubtleCrypto,
  key: CryptoKey,
  context: Uint8Array,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const parameters = { name: 'AES-GCM', iv, additionalData: plain(context) }
  return concatBytes(iv, new Uint8Array(await subtle.encrypt(parameters, key, plain(bytes))))
}

/** What was encrypted, or `null` when key, context or bytes are wrong. */
export async function decrypt(
  subtle: SubtleCrypto,
  key: CryptoKey,
  context: Uint8Array,
  bytes: Uint8Array,
): Promise<Uint8Array | null> {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null
  const iv = plain(bytes.subarray(0, NONCE_BYTES))
  const parameters = { name: 'AES-GCM', iv, additionalData: plain(context) }
  try {
    return new Uint8Array(await subtle.decrypt(parameters, key, plain(bytes.subarray(NONCE_BYTES))))
  } catch (error) {
    if (errorName(error) === 'OperationError') return null
    throw error
  }
}

/** WebCrypto takes views on a plain ArrayBuffer only; what shares its memory with a worker is copied. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isPlain(bytes) ? bytes : new Uint8Array(bytes)
}

function isPlain(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}
