import type { BodyCodec } from './body-codec.ts'
import { asciiOf, lineOf, type TextRule } from './text-rule.ts'

export const MAX_FILE_NAME_CHARS = 255
export const MAX_MEDIA_TYPE_CHARS = 127
export const FILE_DIGEST_BYTES = 32
export const FILE_KEY_BYTES = 32
const SIZE_BYTES = 6

const LINE = lineOf(MAX_FILE_NAME_CHARS)
/** A name and no path. What else is wrong with a name, such as two endings, the file guard says, with its reason. */
const FILE_NAME: TextRule = {
  maxBytes: LINE.maxBytes,
  check: (text) => (/[/\\]/.test(text) ? { type: 'malformed' } : LINE.check(text)),
}
/** Type and subtype (RFC 6838 §4.2), lower case, without parameters. */
const MEDIA_TYPE = asciiOf(
  /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/,
  MAX_MEDIA_TYPE_CHARS,
)

export const fileOfferBody: BodyCodec<'file-offer'> = {
  write: ({ name, mediaType, size, digest, key }, writer) =>
    writer
      .text(FILE_NAME, name)
      .text(MEDIA_TYPE, mediaType)
      .uint(size, SIZE_BYTES)
      .raw(digest, FILE_DIGEST_BYTES)
      .raw(key, FILE_KEY_BYTES),
  read: (reader) => ({
    kind: 'file-offer',
    name: reader.text(FILE_NAME),
    mediaType: reader.text(MEDIA_TYPE),
    size: reader.uint(SIZE_BYTES),
    digest: reader.raw(FILE_DIGEST_BYTES),
    key: reader.raw(FILE_KEY_BYTES),
  }),
}
