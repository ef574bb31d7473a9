import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomBytes, toHex } from '@hamsa/crypto'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { message, nameShop, openFirstConversation, say, startChat } from '../e2e/people.ts'
import { CHROMIUM_FLAGS } from '../helpers/chromium.ts'
import { findChromium } from '../helpers/chromium.ts'
import { LONG } from '../load/pairs.ts'
import { startRelay, type Relay } from '../../signaling/relay/relay.ts'
import { Canary } from './canary.ts'
import { startLyingSignaling, type LyingSignaling } from './lying-signaling.ts'
import { startUdpProxy, type UdpProxy } from './udp-proxy.ts'

const HOST = '127.0.0.1'
const PROGRAM = fileURLToPath(new URL('../../dist/signaling/main.js', import.meta.url))
const TEXTS = LONG ? 200 : 20
const PASSCODE = 'jasmine7'
const MEETING_MS = 60_000

/** Where the words were looked for, and what was found. */
type Medium = { bytes: number; readonly found: string[] }

describe.skipIf(findChromium() === null)('what was said and who said it', () => {
  const text = new Canary('text')
  const name = new Canary('name')
  const media = { signaling: medium(), relay: medium(), log: medium() }
  let folder: string
  let relay: Relay
  let relayWay: UdpProxy
  let program: ChildProcess
  let signaling: LyingSignaling

  function medium(): Medium {
    return { bytes: 0, found: [] }
  }

  function look(at: Medium, bytes: Uint8Array | string): void {
    at.bytes += bytes.length
    for (const { word } of [text, name].filter((canary) => canary.isIn(bytes))) at.found.push(word)
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hamsa-canaries-'))
    const secret = toHex(randomBytes(16))
    relay = await startRelay({ host: HOST, port: 0, publicAddress: HOST, secret, realm: 'hamsa' })
    relayWay = await startUdpProxy({
      targetPort: relay.port,
      seed: 1,
      overhear: (packet) => look(media.relay, packet),
    })
    program = spawn(process.execPath, [PROGRAM], {
      cwd: folder,
      env: {
        PORT: '0',
        LOG_LEVEL: 'trace',
        TURN_URLS: `turn:${HOST}:${relayWay.port}?transport=udp`,
        TURN_SECRET: secret,
        DATA_DIR: join(folder, 'data'),
      },
    })
    const port = await new Promise<number>((resolve) => {
      for (const output of [program.stdout, program.stderr]) {
        output?.on('data', (data: Buffer) => {
          look(media.log, data)
          const said = /:(\d+)\/desk/.exec(data.toString())?.[1]
          if (said !== undefined) resolve(Number(said))
        })
      }
    })
    signaling = await startLyingSignaling(port)
    signaling.overhear((said) => look(media.signaling, said))
  })
  afterAll(async () => {
    program.kill('SIGKILL')
    await signaling.close()
    await relayWay.close()
    await relay.close()
    await rm(folder, { recursive: true, force: true })
  })

  const profileOf = (who: string): string => join(folder, who)

  /** A browser of its own whose files stay. */
  async function open(who: string): Promise<{ context: BrowserContext; page: Page }> {
    const context = await chromium.launchPersistentContext(profileOf(who), {
      executablePath: findChromium() ?? '',
      args: [...CHROMIUM_FLAGS],
    })
    return { context, page: context.pages()[0] ?? (await context.newPage()) }
  }

  it(
    `is in no frame, packet, line, address or locked storage, for ${TEXTS} texts and the shop's name`,
    { timeout: 10 * 60_000 },
    async () => {
      const desk = await open('desk')
      await desk.page.goto(`${signaling.origin}/desk?lang=en`)
      const invite = await nameShop(desk.page, `متجر ${name.word}`)
      const chat = await open('chat')
      await startChat(chat.page, invite)
      await chat.page.getByText(name.word).first().waitFor()
      await say(chat.page, `${text.word} 0 قهوة`)
      await openFirstConversation(desk.page)
      await message(desk.page, `${text.word} 0`).waitFor({ timeout: MEETING_MS })
      for (let index = 1; index < TEXTS; index++) {
        await say((index % 2 === 0 ? chat : desk).page, `${text.word} ${index} قهوة`)
      }
      for (const { page } of [desk, chat]) {
        await expect
          .poll(() => message(page, text.word).count(), { timeout: MEETING_MS })
          .toBe(TEXTS)
      }
      // A draft that was never sent is somebody's words too.
      await chat.page.getByRole('textbox', { name: 'Message' }).fill(`${text.word} unsent`)

      await desk.page.getByRole('button', { name: 'Safety', exact: true }).click()
      await desk.page.getByRole('button', { name: 'Set a passcode' }).click()
      await desk.page.getByRole('textbox', { name: 'New passcode', exact: true }).fill(PASSCODE)
      await desk.page.getByRole('textbox', { name: 'New passcode again' }).fill(PASSCODE)
      await desk.page.getByRole('button', { name: 'Save passcode' }).click()
      await desk.page.getByText('The passcode is set.').waitFor({ timeout: MEETING_MS })
      await desk.page.getByRole('button', { name: 'Lock now' }).click()
      await desk.page.getByRole('heading', { name: 'Your desk is locked' }).waitFor()
      await Promise.all([desk.context.close(), chat.context.close()])

      process.stdout.write(`looked through ${JSON.stringify(media)}\n`)
      for (const one of [media.signaling, media.relay]) {
        expect(one.bytes).toBeGreaterThan(10_000)
        expect(one.found).toEqual([])
      }
      expect(media.log.found).toEqual([])
      expect(await text.filesWith(profileOf('desk'))).toEqual([])
      expect(await name.filesWith(profileOf('desk'))).toEqual([])
      // A shopper's browser has no passcode: its key is there, but no word is in the clear. The shop's
      // name is: a browser keeps the links that were opened in it, and an invite names its shop.
      expect(await text.filesWith(profileOf('chat'))).toEqual([])
    },
  )

  it('would have been found in any of them', async () => {
    const seen = { signaling: media.signaling.found.length, relay: media.relay.found.length }
    const careless = await open('careless')
    await careless.page.goto(`${signaling.origin}/desk?lang=en`)
    await careless.page.evaluate(
      async ([one, two]) => {
        await fetch(`/healthz?${one}`)
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/signal`)
        await new Promise((resolve) => (socket.onopen = resolve))
        socket.send(JSON.stringify({ type: 'publish', topic: 'careless', data: btoa(`.${two}`) }))
        const opening = indexedDB.open('careless', 1)
        opening.onupgradeneeded = () => opening.result.createObjectStore('words')
        await new Promise((resolve) => (opening.onsuccess = resolve))
        const writing = opening.result.transaction('words', 'readwrite', { durability: 'strict' })
        writing.objectStore('words').put(`${one} in plain letters`, 1)
        writing.objectStore('words').put(`${two} مع كلمات عربية`, 2)
        await new Promise((resolve) => (writing.oncomplete = resolve))
      },
      [text.word, name.word] as const,
    )
    await careless.context.close()
    expect(media.signaling.found.slice(seen.signaling)).toEqual(
      expect.arrayContaining([text.word, name.word]),
    )
    for (const canary of [text, name]) {
      const files = await canary.filesWith(profileOf('careless'))
      expect(files.some((file) => file.includes('IndexedDB'))).toBe(true)
    }
    const socket = createSocket('udp4')
    socket.send(text.word, relayWay.port, HOST)
    await expect.poll(() => media.relay.found.length).toBeGreaterThan(seen.relay)
    socket.close()
  })
})
