import { scrypt } from '@noble/hashes/scrypt.js'

const KEY_BYTES = 32

/** scrypt (RFC 7914) with N = 2^17, r = 8, p = 1: half a second and 128 MiB, for us and for whoever guesses. */
export function stretchPassphrase(passphrase: string, salt: Uint8Array): Uint8Array {
  return scrypt(passphrase, salt, { N: 2 ** 17, r: 8, p: 1, dkLen: KEY_BYTES })
}
