import { scrypt } from '@noble/hashes/scrypt.js'
import { toUtf8 } from './bytes.ts'

/** Bytes of salt for `stretchPassphrase`. */
export const PASSPHRASE_SALT_BYTES = 16
const KEY_BYTES = 32

/** Cost of one stretching (RFC 7914 §2): 128 MiB and about half a second, for each guess too. */
export const PASSPHRASE_COST = { N: 2 ** 17, r: 8, p: 1 } as const

/** `stretchPassphrase`, wherever it runs: a page does it away from its own thread. */
export type StretchPassphrase = (passphrase: string, salt: Uint8Array) => Promise<Uint8Array>

/** 32 bytes of scrypt over the passphrase in NFKC, so that one word typed on two keyboards is one passphrase. */
export function stretchPassphrase(
  passphrase: string,
  salt: Uint8Array,
  cost: { readonly N: number; readonly r: number; readonly p: number } = PASSPHRASE_COST,
): Uint8Array {
  return scrypt(toUtf8(passphrase.normalize('NFKC')), salt, { ...cost, dkLen: KEY_BYTES })
}
