import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExportedConversation } from '../../client/recovery/readable-export.ts'
import { readableJson } from '../../client/recovery/readable-json.ts'
import { anyConversations, HOSTILE_TEXTS, joined, message, NOW_MS } from './export-fixtures.ts'

const jsonOf = (conversations: readonly ExportedConversation[]) =>
  joined(readableJson(conversations))

describe('readable export as JSON', () => {
  it('[RC20] says who wrote what and when', async () => {
    const messages = [
      message('Do you have it in red?'),
      message('Yes.', { author: 'shop', edited: true }),
      message('my card is …', { deleted: true, edited: true }),
    ]
    expect(JSON.parse(await jsonOf([{ name: 'Amal', messages }]))).toEqual({
      format: 'hamsa/readable-export/1',
      conversations: [
        {
          name: 'Amal',
          messages: [
            {
              author: 'shopper',
              text: 'Do you have it in red?',
              time: new Date(NOW_MS).toISOString(),
              edited: false,
              deleted: false,
            },
            {
              author: 'shop',
              text: 'Yes.',
              time: new Date(NOW_MS).toISOString(),
              edited: true,
              deleted: false,
            },
            {
              author: 'shopper',
              text: null,
              time: new Date(NOW_MS).toISOString(),
              edited: true,
              deleted: true,
            },
          ],
        },
      ],
    })
  })

  it('[RC20] parsed again is what went in, whatever the texts', async () => {
    await fc.assert(
      fc.asyncProperty(anyConversations, async (conversations) => {
        const text = await jsonOf(conversations)
        expect(Buffer.from(text).toString()).toBe(text)
        const said = conversations.map(({ name, messages }) => ({
          name,
          messages: messages.map(({ text, deleted }) => ({ text: deleted ? null : text })),
        }))
        expect(JSON.parse(text)).toMatchObject({ conversations: said })
      }),
      { numRuns: 300 },
    )
  })

  it('[RC20] holds nothing raw that acts on a viewer', async () => {
    const text = await jsonOf([
      { name: HOSTILE_TEXTS.join(''), messages: HOSTILE_TEXTS.map((one) => message(one)) },
    ])
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/)
    expect(text).toContain('invoice\\u202efdp.exe')
  })

  it('[RC20] has no time where there is none', async () => {
    const text = await jsonOf([{ name: '', messages: [message('', { wallTimeMs: Number.NaN })] }])
    expect(JSON.parse(text)).toMatchObject({ conversations: [{ messages: [{ time: null }] }] })
  })

  it('[RC26] asks for the next conversation when the one before is written', async () => {
    const asked: string[] = []
    async function* source() {
      for (const name of ['one', 'two', 'three']) {
        asked.push(name)
        yield await Promise.resolve({ name, messages: [message(`of ${name}`)] })
      }
    }
    for await (const piece of readableJson(source())) {
      for (const name of ['one', 'two', 'three']) {
        if (piece.includes(`of ${name}`)) expect(asked.at(-1)).toBe(name)
      }
    }
    expect(asked).toEqual(['one', 'two', 'three'])
  })
})
