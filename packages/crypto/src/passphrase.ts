import { scrypt } from '@noble/hashes/scrypt.js'
import { toUtf8 } from './bytes.ts'
import { assertLength } from './crypto-error.ts'
import { SECRET_KEY_BYTES } from './secretbox.ts'

/** Public, random, stored beside what the stretched key opens: so that no table made beforehand helps. */
export const SALT_BYTES = 16

/** Cost of scrypt (RFC 7914 §2): 2^`logN` steps of 128·`r` bytes each, `p` times. */
export type StretchCost = { readonly logN: number; readonly r: number; readonly p: number }

/** 128 MiB, and about half a second of a laptop: what each guess costs too. Stands in every backup's header; changing it is a new version. */
export const STRETCH_COST: StretchCost = { logN: 17, r: 8, p: 1 }

/** `stretchPassphrase` in another thread: a page does it in a worker, since it would stand still meanwhile. */
export type StretchPassphrase = (passphrase: string, salt: Uint8Array) => Promise<Uint8Array>

/** The 32-byte key of a passphrase and a salt of `SALT_BYTES`. Keeps the thread for about half a second. */
export function stretchPassphrase(passphrase: string, salt: Uint8Array): Uint8Array {
  assertLength(salt, SALT_BYTES, 'salt')
  return stretchAt(STRETCH_COST, passphrase, salt, SECRET_KEY_BYTES)
}

/**
 * scrypt (RFC 7914) over the passphrase in NFKC and UTF-8, with digits as 0–9, so that one passphrase
 * typed on two keyboards is one: an Arabic phone gives ٣ where a laptop gives 3. Of another cost than
 * ours for tests alone.
 */
export function stretchAt(
  cost: StretchCost,
  passphrase: string,
  salt: Uint8Array,
  length: number,
): Uint8Array {
  const { logN, r, p } = cost
  return scrypt(toUtf8(asTyped(passphrase)), salt, { N: 2 ** logN, r, p, dkLen: length })
}

/** Arabic-Indic and Persian digits, ten each. */
const FOREIGN_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g

/** The one spelling of a passphrase, whatever keyboard it was typed on. */
function asTyped(passphrase: string): string {
  return passphrase
    .normalize('NFKC')
    .replace(FOREIGN_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf))
}
