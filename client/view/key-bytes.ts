/** Bytes of a base64url key, for pictures and names drawn from it; zeros when the text is no base64url. */
export function keyBytes(key: string): Uint8Array {
  try {
    const text = atob(key.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(text, (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array(32) // only a picture is at stake
  }
}

const SHOWN_BYTES = 8

/** The start of a key as people compare it: four groups of four hex digits. */
export function fingerprint(key: string): string {
  const digits = [...keyBytes(key).subarray(0, SHOWN_BYTES)]
    .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
    .join('')
  return digits.replace(/(.{4})(?=.)/g, '$1 ')
}
