/** A type that only its own parser makes: `Brand<Uint8Array, 'Seed'>` is not any other byte string. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 bytes of a text. Lone surrogates become U+FFFD. */
export function toUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text of UTF-8 bytes, or `null` when they are not valid UTF-8 (RFC 3629). */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null // the decoder is fatal: malformed UTF-8 is the sender's fault
  }
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** Compares in time that depends on the lengths alone. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] ?? 0) ^ (right[index] ?? 0)
  }
  return difference === 0
}

/** Order of two byte strings: by bytes from the left, the shorter first when one is the other's beginning. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length)
  for (let index = 0; index < shared; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The two letters of each 12 bits: half the steps of a letter at a time. */
const PAIRS = Array.from(ALPHABET, (first) =>
  Array.from(ALPHABET, (second) => first + second),
).flat()
const NO_LETTER = 255
/** The 6 bits of each ASCII character. */
const VALUES = new Uint8Array(128).fill(NO_LETTER)
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value

/** base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  const whole = bytes.length - (bytes.length % 3)
  let text = ''
  let index = 0
  for (; index < whole; index += 3) {
    const middle = bytes[index + 1] ?? 0
    text += PAIRS[((bytes[index] ?? 0) << 4) | (middle >> 4)] ?? ''
    text += PAIRS[((middle & 15) << 8) | (bytes[index + 2] ?? 0)] ?? ''
  }
  if (index === bytes.length) return text
  const last = bytes[index + 1] ?? 0
  text += PAIRS[((bytes[index] ?? 0) << 4) | (last >> 4)] ?? ''
  return bytes.length - index === 1 ? text : text + ALPHABET.charAt((last & 15) << 2)
}

/** Bytes of unpadded base64url, or `null`; only the one canonical spelling is taken, so a text names its bytes. */
export function fromBase64Url(text: string): Uint8Array | null {
  const tail = text.length % 4
  if (tail === 1) return null
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let buffer = 0
  let bits = 0
  let offset = 0
  for (let index = 0; index < text.length; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? NO_LETTER
    if (value === NO_LETTER) return null
    buffer = ((buffer << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[offset++] = (buffer >> bits) & 0xff
    }
  }
  if ((buffer & ((1 << bits) - 1)) !== 0) return null
  return bytes
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))

/** Lower-case hexadecimal, for ids in tests and screens. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte] ?? ''
  return text
}
