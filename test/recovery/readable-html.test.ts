import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readableHtml } from '../../client/recovery/readable-html.ts'
import {
  anyConversations,
  anyText,
  ARABIC,
  ENGLISH,
  HOSTILE_TEXTS,
  joined,
  message,
  shown,
} from './export-fixtures.ts'

/** Whatever a parser takes for a tag, a comment or a declaration. */
const tagsOf = (page: string): string[] => page.match(/<[^>]*>?/g) ?? []

describe('readable export as a page', () => {
  it('[RC22] has the same tags whatever the names and texts are', async () => {
    await fc.assert(
      fc.asyncProperty(anyConversations, anyText, async (conversations, title) => {
        const harmless = conversations.map(({ messages }) => ({
          name: 'name',
          messages: messages.map((one) => ({ ...one, text: 'text' })),
        }))
        const page = await joined(readableHtml(conversations, { ...ENGLISH, title }))
        const plain = await joined(readableHtml(harmless, { ...ENGLISH, title: 'title' }))
        expect(tagsOf(page)).toEqual(tagsOf(plain))
        expect(page.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
      }),
      { numRuns: 300 },
    )
  })

  it('[RC22] has every text on it, in references where a parser would act', async () => {
    const plain: Readonly<Record<string, string>> = {
      amp: '&',
      lt: '<',
      gt: '>',
      quot: '"',
      '#39': "'",
    }
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 4 }), async (texts) => {
        const messages = texts.map((text) => message(text))
        const page = await joined(readableHtml([{ name: '', messages }], ENGLISH))
        const found = Array.from(
          page.matchAll(/<p class="text" dir="auto">([^<]*)<\/p>/g),
          (match) => match[1]?.replace(/&([a-z0-9#]+);/g, (_, name: string) => plain[name] ?? '?'),
        )
        expect(found).toEqual(texts.map(shown))
      }),
      { numRuns: 300 },
    )
  })

  it('[RC22] takes the caller’s words for text too', async () => {
    for (const hostile of HOSTILE_TEXTS) {
      const words = {
        ...ENGLISH,
        language: hostile,
        shop: hostile,
        shopper: hostile,
        edited: hostile,
        deleted: hostile,
        formatTime: () => hostile,
      }
      const conversations = [
        { name: 'a', messages: [message('b', { edited: true }), message('c', { deleted: true })] },
        { name: 'd', messages: [] },
      ]
      const page = await joined(readableHtml(conversations, words))
      const plain = await joined(readableHtml(conversations, { ...ENGLISH, language: 'x' }))
      expect(tagsOf(page).slice(2)).toEqual(tagsOf(plain).slice(2))
      expect(tagsOf(page)[1]).toMatch(/^<html lang="[^"<>]*" dir="ltr">$/)
    }
  })

  it('[RC23] has no controls, overrides or halves of characters in it', async () => {
    await fc.assert(
      fc.asyncProperty(anyConversations, async (conversations) => {
        const page = await joined(readableHtml(conversations, ARABIC))
        expect(page).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/)
        expect(page.isWellFormed()).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('[RC25] shows that a message was taken back, and not what it said', async () => {
    const gone = message('my card is 4111', { deleted: true, edited: true })
    const page = await joined(readableHtml([{ name: 'Amal', messages: [gone] }], ENGLISH))
    expect(page).toContain('Message deleted')
    expect(page).not.toContain('4111')
    expect(page).not.toContain('edited')
  })

  it('[RC24] has its headings in the language of the caller, and a dash where there is nothing', async () => {
    const page = await joined(readableHtml([], ARABIC))
    expect(page).toContain('<html lang="ar" dir="rtl">')
    expect(page).toContain('<h1>محادثات همسة</h1>')
    expect(page).toContain('<p class="none">—</p>')
    const empty = await joined(readableHtml([{ name: 'Amal', messages: [] }], ENGLISH))
    expect(empty.match(/—/g)?.length).toBe(1)
  })

  it('[RC26] comes in pieces of one message, and asks for the next conversation when the one before is written', async () => {
    const asked: number[] = []
    function* source() {
      for (let number = 0; number < 500; number++) {
        asked.push(number)
        yield {
          name: `Shopper ${number}`,
          messages: [message(`first ${number}`), message('second')],
        }
      }
    }
    let pieces = 0
    for await (const piece of readableHtml(source(), ENGLISH)) {
      pieces++
      expect(piece.length).toBeLessThan(2_000)
      const found = /first (\d+)/.exec(piece)?.[1]
      if (found !== undefined) expect(asked.at(-1)).toBe(Number(found))
    }
    expect(asked.length).toBe(500)
    expect(pieces).toBeGreaterThan(1_000)
  })
})
