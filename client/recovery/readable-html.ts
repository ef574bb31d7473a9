import { isoTime, type ExportedConversations, type ExportedMessage } from './readable-export.ts'

/** Every word of the page that is not a person's; the caller has them from its language files. */
export type ExportWords = {
  /** For `lang`, such as `ar` or `en`. */
  readonly language: string
  readonly direction: 'rtl' | 'ltr'
  readonly title: string
  readonly shop: string
  readonly shopper: string
  readonly edited: string
  /** In place of the text of a message that was taken back. */
  readonly deleted: string
  /** A time as people of this language write it. */
  readonly formatTime: (wallTimeMs: number) => string
}

/** In a conversation without messages, and on a page without conversations. */
const NOTHING = '<p class="none">—</p>\n'

/** Logical properties only: one sheet for both directions. */
const STYLE = `
:root { color-scheme: light dark }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-block-start: 2.5rem; border-block-end: 1px solid; padding-block-end: .25rem }
ol { list-style: none; margin: 0; padding: 0 }
li { margin-block: .75rem; padding-block: .5rem; padding-inline: 1rem; border-inline-start: .25rem solid #888 }
li.shop { border-inline-start-color: #0a7f5c }
.about { display: flex; flex-wrap: wrap; gap: 0 .75rem; font-size: .85rem; opacity: .8 }
.text { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
.none { font-style: italic }
@media print {
  body { max-width: none; margin: 0; padding: 0; color: #000; background: #fff }
  h2 { break-after: avoid }
  li { break-inside: avoid }
}
`

/** One HTML page that stands alone, in pieces. It loads and runs nothing, and its policy forbids both. */
export async function* readableHtml(
  conversations: ExportedConversations,
  words: ExportWords,
): AsyncGenerator<string, void> {
  const title = htmlText(words.title)
  yield `<!DOCTYPE html>
<html lang="${htmlText(words.language)}" dir="${words.direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
`
  let isEmpty = true
  for await (const { name, messages } of conversations) {
    isEmpty = false
    yield `<section>\n<h2>${htmlText(name)}</h2>\n`
    yield* messageList(messages, words)
    yield '</section>\n'
  }
  if (isEmpty) yield NOTHING
  yield '</body>\n</html>\n'
}

function* messageList(messages: Iterable<ExportedMessage>, words: ExportWords): Generator<string> {
  let isEmpty = true
  for (const message of messages) {
    if (isEmpty) yield '<ol>\n'
    isEmpty = false
    yield messageItem(message, words)
  }
  yield isEmpty ? NOTHING : '</ol>\n'
}

function messageItem(message: ExportedMessage, words: ExportWords): string {
  const { author, text, wallTimeMs, deleted, edited } = message
  const about = [`<b>${htmlText(words[author])}</b>`, timeOf(wallTimeMs, words)]
  if (edited && !deleted) about.push(`<span>${htmlText(words.edited)}</span>`)
  const said = deleted
    ? `<p class="text none">${htmlText(words.deleted)}</p>`
    : `<p class="text" dir="auto">${htmlText(text)}</p>`
  return `<li class="${author}">\n<div class="about">${about.join(' ')}</div>\n${said}\n</li>\n`
}

function timeOf(wallTimeMs: number, words: ExportWords): string {
  const iso = isoTime(wallTimeMs)
  if (iso === null) return ''
  return `<time datetime="${iso}">${htmlText(words.formatTime(wallTimeMs))}</time>`
}

/** Controls but newline and tab; embeddings and overrides, which draw a text in an order that it has not. */
const LEFT_OUT = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]/g
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as the content of an element or as an attribute in double quotes. */
function htmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(LEFT_OUT, '')
    .replace(/[&<>"']/g, (character) => REFERENCES[character] ?? '')
}
