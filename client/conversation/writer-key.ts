import { toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import type { WriterId } from './log.ts'

const texts = new WeakMap<Uint8Array, string>()

/** Names a writer in a map. It takes author *and* writer id: anyone can copy the 16 bytes. */
export function writerKeyOf(author: SigningPublicKey, writer: WriterId): string {
  return `${textOf(author)}.${textOf(writer)}`
}

/** Ten thousand entries of one writer share its two arrays, so each is spelled once. */
function textOf(bytes: Uint8Array): string {
  const known = texts.get(bytes)
  if (known !== undefined) return known
  const text = toBase64Url(bytes)
  texts.set(bytes, text)
  return text
}
