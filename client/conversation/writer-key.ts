import { toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import type { WriterId } from './log.ts'

type Spelled = { readonly writer: WriterId; readonly key: string }

const texts = new WeakMap<Uint8Array, string>()
/** By the author's array: the writer that it was asked for last. Entries of one storage share both arrays. */
const lately = new WeakMap<SigningPublicKey, Spelled>()

/** Names a writer in a map. It takes author *and* writer id: anyone can copy the 16 bytes. */
export function writerKeyOf(author: SigningPublicKey, writer: WriterId): string {
  const known = lately.get(author)
  if (known?.writer === writer) return known.key
  const key = `${keyTextOf(author)}.${keyTextOf(writer)}`
  lately.set(author, { writer, key })
  return key
}

/** base64url of an author or writer; ten thousand entries of one writer share its two arrays, so each is spelled once. */
export function keyTextOf(bytes: SigningPublicKey | WriterId): string {
  const known = texts.get(bytes)
  if (known !== undefined) return known
  const text = toBase64Url(bytes)
  texts.set(bytes, text)
  return text
}
