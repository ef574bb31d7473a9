import type { FormAnswer } from '../body.ts'
import type { BodyCodec } from './body-codec.ts'
import type { BodyReader } from './body-reader.ts'
import type { BodyWriter } from './body-writer.ts'
import { lineOf, orEmpty, proseOf } from './text-rule.ts'

export const MAX_FORM_TEXT_CHARS = 4_000
/** The page is shown as words and never as a link, so that it need not be an address. */
export const MAX_FORM_PAGE_CHARS = 2_048
export const MAX_FORM_PRODUCT_CHARS = 200
export const MAX_FORM_DEVICE_CHARS = 200

const FORMS = ['fault', 'rating'] as const
const CATEGORIES = ['order', 'payment', 'delivery', 'product', 'page', 'other'] as const
const STARS = [1, 2, 3, 4, 5]
const FAULT_TEXT = proseOf(MAX_FORM_TEXT_CHARS)
/** Stars alone will do. */
const RATING_TEXT = orEmpty(FAULT_TEXT)
const PAGE = lineOf(MAX_FORM_PAGE_CHARS)
const PRODUCT = lineOf(MAX_FORM_PRODUCT_CHARS)
const DEVICE = lineOf(MAX_FORM_DEVICE_CHARS)

export const formBody: BodyCodec<'form'> = {
  write: ({ answer }, writer) => writeAnswer(answer, writer.choice(FORMS, answer.form)),
  read: (reader) => {
    const answer = readAnswer(reader)
    return answer === null ? null : { kind: 'form', answer }
  },
}

function writeAnswer(answer: FormAnswer, writer: BodyWriter): void {
  switch (answer.form) {
    case 'fault':
      writer
        .choice(CATEGORIES, answer.category)
        .text(FAULT_TEXT, answer.text)
        .optional(answer.page, (page) => writer.text(PAGE, page))
        .optional(answer.product, (product) => writer.text(PRODUCT, product))
        .optional(answer.device, (device) => writer.text(DEVICE, device))
      break
    case 'rating':
      writer.choice(STARS, answer.stars).text(RATING_TEXT, answer.text)
      break
  }
}

function readAnswer(reader: BodyReader): FormAnswer | null {
  switch (reader.choice(FORMS)) {
    case 'fault': {
      const category = reader.choice(CATEGORIES)
      const text = reader.text(FAULT_TEXT)
      const page = reader.optional(() => reader.text(PAGE))
      const product = reader.optional(() => reader.text(PRODUCT))
      const device = reader.optional(() => reader.text(DEVICE))
      return category === null ? null : { form: 'fault', category, text, page, product, device }
    }
    case 'rating': {
      const stars = reader.choice(STARS)
      const text = reader.text(RATING_TEXT)
      return stars === null ? null : { form: 'rating', stars, text }
    }
    case null:
      return null
  }
}
