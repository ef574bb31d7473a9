// Takes the README's pictures from a real conversation over the built service: `node scripts/screens.js`.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const OUT = new URL('../docs/screens/', import.meta.url).pathname
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--allow-loopback-in-peer-connection',
]
const PHONE = { width: 390, height: 844 }
const DESKTOP = { width: 1280, height: 800 }
const WORDS = {
  ar: {
    shop: 'متجر الياسمين',
    name: 'اسم المتجر',
    create: 'أنشئ المتجر',
    invite: 'رابط الدعوة',
    start: 'ابدأ المحادثة',
    message: 'الرسالة',
    send: 'إرسال',
    log: 'الرسائل',
    list: 'المحادثات',
    number: 'رقم الأمان',
    safety: 'الأمان',
    passphrase: 'عبارة المرور',
    one: 'رابط لشخص واحد',
    oneName: 'لمن هذا الرابط؟',
    oneMake: 'أنشئ الرابط',
    links: 'روابطك',
    people: ['سارة العتيبي', 'طلب #A-10293'],
    passcode: ['ضع رمز قفل', 'رمز القفل الجديد', 'رمز القفل الجديد مرة أخرى', 'أقفل الآن'],
    unlock: 'افتح القفل',
    haveFile: 'لديّ ملف استعادة',
    file: 'ملف الاستعادة',
    talk: [
      ['chat', 'السلام عليكم، هل الوشاح الأزرق متوفّر؟'],
      ['desk', 'وعليكم السلام ورحمة الله. نعم، متوفّر بسعر 99.50 SAR ويصلك خلال يومين.'],
      ['chat', 'ممتاز. طلبي السابق رقم #AB-1234، هل يمكن إضافته إليه؟'],
      ['desk', 'بالتأكيد، أضفناه. شحنة واحدة بلا رسوم إضافية'],
    ],
  },
  en: {
    shop: 'Yasmin Store',
    name: 'Shop name',
    create: 'Create shop',
    invite: 'Invite link',
    start: 'Start chat',
    message: 'Message',
    send: 'Send',
    log: 'Messages',
    list: 'Conversations',
    number: 'Safety number',
    safety: 'Safety',
    passphrase: 'Passphrase',
    one: 'A link for one person',
    oneName: 'Whom it is for',
    oneMake: 'Make link',
    links: 'Your links',
    people: ['Sara', 'Order #A-10293'],
    passcode: ['Set a passcode', 'New passcode', 'New passcode again', 'Lock now'],
    unlock: 'Unlock',
    haveFile: 'I have a recovery file',
    file: 'Recovery file',
    talk: [
      ['chat', 'Hello! Is the blue scarf still available?'],
      ['desk', 'Hello, it is: 99.50 SAR, with you in two days.'],
      ['chat', 'Great. Could it go with my order #AB-1234?'],
      ['desk', 'Of course, done. One parcel, no extra fee'],
    ],
  },
}

async function freePort(kind) {
  const socket = kind === 'udp' ? createSocket('udp4') : createServer()
  if (kind === 'udp') socket.bind(0, '127.0.0.1')
  else socket.listen(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise((done) => socket.close(done))
  return port
}

async function startService(dataDir) {
  const port = await freePort('tcp')
  const service = spawn(process.execPath, ['dist/signaling/main.js'], {
    env: { ...process.env, PORT: port, RELAY_PORT: await freePort('udp'), DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(service.stdout, 'data') // says that it is ready
  return { origin: `http://127.0.0.1:${port}`, stop: () => service.kill('SIGTERM') }
}

async function openPage(browser, viewport, colorScheme = 'light') {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    deviceScaleFactor: 1,
    reducedMotion: 'reduce', // no picture of a dialog that is still rising
    hasTouch: viewport === PHONE,
    isMobile: viewport === PHONE,
  })
  return context.newPage()
}

async function say(page, words, text) {
  await page.getByRole('textbox', { name: words.message }).fill(text)
  await page.getByRole('button', { name: words.send, exact: true }).click()
}

async function converse(browser, origin, lang) {
  const words = WORDS[lang]
  const shoot = (page, name) => page.screenshot({ path: join(OUT, `${name}-${lang}.png`) })
  const desk = await openPage(browser, DESKTOP)
  await desk.goto(`${origin}/desk?lang=${lang}`)
  const name = desk.getByRole('textbox', { name: words.name })
  await name.waitFor()
  await shoot(desk, 'desk-welcome')
  await showRestore(browser, origin, lang, words, shoot)
  await name.fill(words.shop)
  await desk.getByRole('button', { name: words.create }).click()
  const invite = desk.getByRole('textbox', { name: words.invite })
  await invite.waitFor()
  await shoot(desk, 'desk-empty')
  const link = new URL(await invite.inputValue())
  link.searchParams.set('lang', lang)
  const chat = await openPage(browser, PHONE)
  await chat.goto(link.href)
  const start = chat.getByRole('button', { name: words.start })
  await start.waitFor()
  await shoot(chat, 'chat-preview')
  await start.click()
  const sides = { desk, chat }
  const seen = (page, text) =>
    page.getByRole('log', { name: words.log }).getByText(text.slice(0, 12))
  for (const [from, text] of words.talk) {
    await say(sides[from], words, text)
    if (from === 'chat') {
      const list = desk.getByRole('list', { name: words.list })
      if ((await desk.getByRole('log').count()) === 0)
        await list.getByRole('button').first().click()
    }
    await Promise.all([seen(desk, text).waitFor(), seen(chat, text).waitFor()])
  }
  await desk.getByRole('textbox', { name: words.message }).blur()
  await chat.getByRole('textbox', { name: words.message }).blur()
  await shoot(desk, 'desk')
  await shoot(chat, 'chat')
  await desk.emulateMedia({ colorScheme: 'dark' })
  await shoot(desk, 'desk-dark')
  await desk.emulateMedia({ colorScheme: 'light' })
  await desk.setViewportSize(PHONE)
  await shoot(desk, 'desk-phone')
  const sidesSeen = { desk: await pngOf(desk, DESKTOP), chat: await pngOf(chat, PHONE) }
  await showSafety(desk, chat, words, shoot)
  return sidesSeen
}

async function showRestore(browser, origin, lang, words, shoot) {
  const page = await openPage(browser, DESKTOP)
  await page.goto(`${origin}/desk?lang=${lang}`)
  await page.getByRole('button', { name: words.haveFile }).click()
  await page.getByLabel(words.file, { exact: true }).waitFor()
  await shoot(page, 'desk-restore')
  await page.context().close()
}

/** The safety number on both sides, links for one person, the dialog "Safety", and the locked desk. */
async function showSafety(desk, chat, words, shoot) {
  const button = (page, name) => page.getByRole('button', { name, exact: true })
  const close = (page) => page.keyboard.press('Escape')
  for (const [page, picture] of [
    [chat, 'chat-safety-number'],
    [desk, 'desk-safety-number'],
  ]) {
    await button(page, words.number).click()
    const groups = page.getByRole('list', { name: words.number, exact: true })
    await groups.getByRole('listitem').nth(11).waitFor()
    await shoot(page, picture)
    await close(page)
  }
  await button(desk, words.one).click()
  const links = desk.getByRole('list', { name: words.links, exact: true }).getByRole('listitem')
  for (const [index, person] of words.people.entries()) {
    await desk.getByLabel(words.oneName, { exact: true }).fill(person)
    await button(desk, words.oneMake).click()
    await links.nth(index).waitFor()
  }
  await shoot(desk, 'desk-invites')
  await close(desk)
  await button(desk, words.safety).click()
  await desk.getByLabel(words.passphrase, { exact: true }).waitFor()
  await shoot(desk, 'desk-safety')
  const [set, first, again, lock] = words.passcode
  await button(desk, set).click()
  await desk.getByLabel(first, { exact: true }).fill('for the picture')
  await desk.getByLabel(again, { exact: true }).fill('for the picture')
  await desk.getByLabel(again, { exact: true }).press('Enter')
  await button(desk, lock).click()
  await button(desk, words.unlock).waitFor()
  await shoot(desk, 'desk-locked')
}

async function pngOf(page, viewport) {
  await page.setViewportSize(viewport)
  return (await page.screenshot()).toString('base64')
}

/** Both sides in one picture, for the top of the README. */
async function sideBySide(browser, { desk, chat }) {
  const page = await openPage(browser, { width: 1400, height: 720 })
  await page.setContent(`<style>
    body { margin: 0; display: flex; gap: 32px; align-items: center; justify-content: center; height: 100vh; background: #e9dfcc }
    img { border-radius: 16px; box-shadow: 0 8px 32px #0003 }
  </style><img height="580" src="data:image/png;base64,${desk}"><img height="640" src="data:image/png;base64,${chat}">`)
  await page.screenshot({ path: join(OUT, 'conversation.png') })
}

mkdirSync(OUT, { recursive: true })
const dataDir = mkdtempSync(join(tmpdir(), 'hamsa-screens-'))
const service = await startService(dataDir)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: FLAGS,
})
try {
  const arabic = await converse(browser, service.origin, 'ar')
  await converse(browser, service.origin, 'en')
  await sideBySide(browser, arabic)
} finally {
  await browser.close()
  service.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
