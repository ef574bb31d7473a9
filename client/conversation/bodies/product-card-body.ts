import type { Price } from '../body.ts'
import type { BodyCodec } from './body-codec.ts'
import type { BodyReader } from './body-reader.ts'
import type { BodyWriter } from './body-writer.ts'
import { isPicture, MAX_PICTURE_BYTES } from './picture.ts'
import { asciiOf, lineOf } from './text-rule.ts'
import { WEB_ADDRESS } from './web-address.ts'

export const MAX_PRODUCT_NAME_CHARS = 200
export const MAX_PRODUCT_REFERENCE_CHARS = 64
export const MAX_AMOUNT_CHARS = 15

const NAME = lineOf(MAX_PRODUCT_NAME_CHARS)
const REFERENCE = lineOf(MAX_PRODUCT_REFERENCE_CHARS)
const AMOUNT = asciiOf(/^[0-9]+(?:\.[0-9]+)?$/, MAX_AMOUNT_CHARS)
/** Looks like a code of ISO 4217; whether it is one, the view's `Intl` knows. */
const CURRENCY = asciiOf(/^[A-Z]{3}$/, 3)
const PICTURE_LIMITS = { least: 1, most: MAX_PICTURE_BYTES }

export const productCardBody: BodyCodec<'product-card'> = {
  write: ({ name, price, url, reference, picture }, writer) =>
    writer
      .text(NAME, name)
      .optional(price, (present) => writePrice(present, writer))
      .optional(url, (present) => writer.text(WEB_ADDRESS, present))
      .optional(reference, (present) => writer.text(REFERENCE, present))
      .optional(picture, (present) => writePicture(present, writer)),
  read: (reader) => ({
    kind: 'product-card',
    name: reader.text(NAME),
    price: reader.optional(() => readPrice(reader)),
    url: reader.optional(() => reader.text(WEB_ADDRESS)),
    reference: reader.optional(() => reader.text(REFERENCE)),
    picture: reader.optional(() => readPicture(reader)),
  }),
}

function writePrice({ amount, currency }: Price, writer: BodyWriter): void {
  writer.text(AMOUNT, amount).text(CURRENCY, currency)
}

function readPrice(reader: BodyReader): Price {
  return { amount: reader.text(AMOUNT), currency: reader.text(CURRENCY) }
}

function writePicture(picture: Uint8Array, writer: BodyWriter): void {
  writer.bytes(picture, PICTURE_LIMITS)
  if (!isPicture(picture)) writer.fail('malformed')
}

function readPicture(reader: BodyReader): Uint8Array {
  const picture = reader.bytes(PICTURE_LIMITS)
  if (!isPicture(picture)) reader.fail()
  return picture
}
