import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { TestBrowser } from '../helpers/browser.ts'

/*
 * A merchant and a shopper as they work: through accessible names only, each in a browser context
 * (a browser profile) of their own.
 */

/** What stands at a message of one's own that the other side holds. */
export const ARRIVED = /delivered|seen/

export type Person = { readonly context: BrowserContext; readonly page: Page }

/** Opens the desk in English and names the shop; returns the merchant and the invite link. */
export async function openShop(
  browser: TestBrowser,
  origin: string,
  name = 'متجر الياسمين',
): Promise<Person & { readonly invite: string }> {
  const context = await browser.newContext()
  const page = await browser.newPage(context)
  await page.goto(`${origin}/desk?lang=en`)
  return { context, page, invite: await nameShop(page, name) }
}

export async function nameShop(page: Page, name: string): Promise<string> {
  await page.getByRole('textbox', { name: 'Shop name' }).fill(name)
  await page.getByRole('button', { name: 'Create shop' }).click()
  const invite = page.getByRole('textbox', { name: 'Invite link' })
  await invite.waitFor()
  return invite.inputValue()
}

/** Opens an invite link in a fresh browser profile and taps *Start chat*. */
export async function joinShop(browser: TestBrowser, invite: string, lang = 'en'): Promise<Person> {
  const context = await browser.newContext()
  const page = await browser.newPage(context)
  await startChat(page, invite, lang)
  return { context, page }
}

export async function startChat(page: Page, invite: string, lang = 'en'): Promise<void> {
  await page.goto(withLanguage(invite, lang))
  await page.getByRole('button', { name: lang === 'ar' ? 'ابدأ المحادثة' : 'Start chat' }).click()
}

export function withLanguage(invite: string, lang: string): string {
  const url = new URL(invite)
  url.searchParams.set('lang', lang)
  return url.href
}

/** Opens the only conversation on the desk. */
export async function openFirstConversation(desk: Page): Promise<void> {
  const list = desk.getByRole('list', { name: 'Conversations' })
  await list.getByRole('button').or(list.getByRole('link')).first().click()
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

/** The message with this text in the log. */
export function message(page: Page, text: string): Locator {
  return page.getByRole('log', { name: 'Messages' }).getByRole('listitem').filter({ hasText: text })
}

/** Texts of all messages, oldest first. */
export async function texts(page: Page): Promise<string[]> {
  return page
    .getByRole('log', { name: 'Messages' })
    .getByRole('listitem')
    .locator('.text')
    .allInnerTexts()
}

export function connection(page: Page): Locator {
  return page.getByRole('status', { name: 'Connection' })
}
