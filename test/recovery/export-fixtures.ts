import fc from 'fast-check'
import type {
  ExportedConversation,
  ExportedMessage,
} from '../../client/recovery/readable-export.ts'
import type { ExportWords } from '../../client/recovery/readable-html.ts'

export const NOW_MS = Date.UTC(2026, 0, 15, 12, 30)

export const ENGLISH: ExportWords = {
  language: 'en',
  direction: 'ltr',
  title: 'Conversations of Hamsa',
  shop: 'Shop',
  shopper: 'Shopper',
  edited: 'edited',
  deleted: 'Message deleted',
  formatTime: (wallTimeMs) => new Date(wallTimeMs).toISOString().slice(0, 10),
}

export const ARABIC: ExportWords = {
  language: 'ar',
  direction: 'rtl',
  title: 'محادثات همسة',
  shop: 'المتجر',
  shopper: 'المتسوق',
  edited: 'معدلة',
  deleted: 'حُذفت الرسالة',
  formatTime: (wallTimeMs) =>
    new Intl.DateTimeFormat('ar-u-nu-arab', { timeZone: 'UTC' }).format(wallTimeMs),
}

export function message(text: string, rest: Partial<ExportedMessage> = {}): ExportedMessage {
  return { author: 'shopper', text, wallTimeMs: NOW_MS, deleted: false, edited: false, ...rest }
}

/** What someone may write to break out of a page, or to draw it in another order. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<script>document.title = "broken"</script>',
  '</p></li></ol></section><h1>Not a message</h1>',
  '<img src=x onerror="document.title = \'broken\'">',
  '<svg/onload=alert(1)>',
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  '<!-- ',
  '-->',
  ']]>',
  '<![CDATA[',
  '</style><style>body{display:none}</style>',
  '</title><script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;',
  '&amp;&nbsp;&copy &notit; &#0; &#x110000;',
  '<plaintext>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  'javascript:alert(1)',
  'before\0after',
  '<scr\0ipt>alert(1)</scr\0ipt>',
  'invoice\u202efdp.exe',
  '\u202a\u202b\u202d\u202e embeddings that nobody closes',
  '\u2066\u2067\u2068 isolates that nobody closes',
  'lone \ud800 and \udc00 surrogates',
  'a line\r\nand a line\rand a line\nand a line',
  '  spaces   and\ttabs  ',
  '\u0007\u001b[31m\u009b31m',
  '\ufeff\u200b',
  'مرحبا <b>world</b> & السلام',
  '👨‍👩‍👧‍👦 نمی‌خواهم',
  '',
]

/** What of a text is to be read on the page. */
export const shown = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]/g, '')

const piece = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.constantFrom('<', '>', '&', '"', "'", '`', '=', '/', '\0', '\r', '\n', '\ud800', '\u2028'),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
export const anyText = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))

const anyMessage: fc.Arbitrary<ExportedMessage> = fc.record({
  author: fc.constantFrom('shop', 'shopper'),
  text: anyText,
  wallTimeMs: fc.oneof(fc.nat(2 ** 31), fc.constantFrom(0, 2 ** 48 - 1, Number.NaN, -1, 1e300)),
  deleted: fc.boolean(),
  edited: fc.boolean(),
})

export const anyConversations: fc.Arbitrary<
  readonly (ExportedConversation & { readonly messages: readonly ExportedMessage[] })[]
> = fc.array(fc.record({ name: anyText, messages: fc.array(anyMessage, { maxLength: 4 }) }), {
  maxLength: 3,
})

export async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const one of pieces) all += one
  return all
}
