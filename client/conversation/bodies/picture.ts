/** Largest picture inside an entry. */
export const MAX_PICTURE_BYTES = 48 * 1024

const JPEG = [0xff, 0xd8, 0xff]
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const RIFF = [0x52, 0x49, 0x46, 0x46]
const WEBP = [0x57, 0x45, 0x42, 0x50]

/** Whether the bytes begin as a jpeg, png or webp does. The rest is proven when it is redrawn. */
export function isPicture(bytes: Uint8Array): boolean {
  if (holdsAt(bytes, 0, JPEG) || holdsAt(bytes, 0, PNG)) return true
  return holdsAt(bytes, 0, RIFF) && holdsAt(bytes, 8, WEBP)
}

function holdsAt(bytes: Uint8Array, offset: number, expected: readonly number[]): boolean {
  return expected.every((byte, index) => bytes[offset + index] === byte)
}
