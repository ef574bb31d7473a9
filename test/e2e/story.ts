import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { TestBrowser } from '../helpers/test-browser.ts'
import { withLanguage } from './people.ts'

/** For the slowest step on a loaded machine: a shop that comes back is met at the next knock. */
const MEETING_MS = 60_000

/** Accessible names and states, as people hear and read them. */
const WORDS = {
  en: {
    shopName: 'Shop name',
    create: 'Create shop',
    invite: 'Invite link',
    start: 'Start chat',
    conversations: 'Conversations',
    log: 'Messages',
    message: 'Message',
    send: 'Send',
    delivered: /delivered|seen/,
    connected: { chat: 'Connected, relayed', desk: 'Here now, relayed' },
    said: ['Is the blue scarf still available?', 'Yes, for 99.50 SAR', 'I take it', 'Thank you'],
  },
  ar: {
    shopName: 'اسم المتجر',
    create: 'أنشئ المتجر',
    invite: 'رابط الدعوة',
    start: 'ابدأ المحادثة',
    conversations: 'المحادثات',
    log: 'الرسائل',
    message: 'الرسالة',
    send: 'إرسال',
    delivered: /وصلت|قُرئت/,
    connected: { chat: 'متصل عبر وسيط', desk: 'متصل الآن عبر وسيط' },
    said: ['هل الوشاح الأزرق متوفّر؟', 'نعم، بسعر 99.50 SAR', 'سآخذه', 'شكرًا لك'],
  },
} as const

export type Story = {
  readonly desks: TestBrowser
  readonly chats: TestBrowser
  readonly origin: string
  readonly lang: keyof typeof WORDS
}

/**
 * The main story: a shop is made, a shopper opens its invite link, they talk both ways over the
 * relay until all is delivered; the shopper reloads, sees what was said, and they go on.
 */
export async function tellStory({ desks, chats, origin, lang }: Story): Promise<void> {
  const words = WORDS[lang]
  const [question, answer, decision, thanks] = words.said
  const heard = async (page: Page, text: string): Promise<void> =>
    listed(page, words.log, text).waitFor({ timeout: MEETING_MS })
  const delivered = async (page: Page, text: string): Promise<void> =>
    listed(page, words.log, text).getByText(words.delivered).waitFor({ timeout: MEETING_MS })
  const say = async (page: Page, text: string): Promise<void> => {
    await page.getByRole('textbox', { name: words.message }).fill(text)
    await page.getByRole('button', { name: words.send }).click()
  }
  // Said only of a connection that was proven to be relayed (LK2).
  const connected = async (page: Page, text: string): Promise<void> =>
    page.getByText(text, { exact: true }).first().waitFor({ timeout: MEETING_MS })

  const desk = await desks.newPage(await desks.newContext())
  await desk.goto(`${origin}/desk?lang=${lang}`)
  await desk.getByRole('textbox', { name: words.shopName }).fill('متجر الياسمين')
  await desk.getByRole('button', { name: words.create }).click()
  const invite = desk.getByRole('textbox', { name: words.invite })
  await invite.waitFor()

  const chat = await chats.newPage(await chats.newContext())
  await chat.goto(withLanguage(await invite.inputValue(), lang))
  await chat.getByRole('button', { name: words.start }).click()
  await say(chat, question)
  await desk.getByRole('list', { name: words.conversations }).getByRole('button').first().click()
  await heard(desk, question)
  await say(desk, answer)
  await heard(chat, answer)
  await delivered(chat, question)
  await delivered(desk, answer)
  await connected(chat, words.connected.chat)
  await connected(desk, words.connected.desk)

  await chat.reload()
  await heard(chat, question)
  await heard(chat, answer)
  await say(chat, decision)
  await heard(desk, decision)
  await say(desk, thanks)
  await heard(chat, thanks)
  await delivered(chat, decision)
  await delivered(desk, thanks)
  await connected(chat, words.connected.chat)
  for (const page of [desk, chat]) {
    const shown = page.getByRole('log', { name: words.log }).getByRole('listitem').locator('.text')
    expect(await shown.allInnerTexts()).toEqual(words.said)
  }
}

function listed(page: Page, log: string, text: string) {
  return page.getByRole('log', { name: log }).getByRole('listitem').filter({ hasText: text })
}
