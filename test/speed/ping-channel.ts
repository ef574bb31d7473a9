import type { Page } from 'playwright-core'
import type { TestBrowser } from '../helpers/browser.ts'

/** A data channel of the browser's own over the same relay, with nothing of ours on it. */
export type RawChannel = {
  /** Half of the time there and back, in milliseconds. */
  oneWayMs(): Promise<number>
  close(): Promise<void>
}

/** Bytes of a ping: about what an entry with a short text takes on the wire. */
const PING_BYTES = 600

type Description = { readonly type: 'offer' | 'answer'; readonly sdp: string }

declare global {
  interface Window {
    pingChannel: {
      describe(remote: Description | null, pingBytes: number): Promise<Description>
      accept(answer: Description): Promise<void>
      ping(): Promise<number>
    }
  }
}

/** Between two pages of two profiles. */
export async function openRawChannel(browser: TestBrowser, origin: string): Promise<RawChannel> {
  const pages = await Promise.all([0, 1].map(() => openPage(browser, origin)))
  const [near, far] = pages
  if (near === undefined || far === undefined) throw new Error('two pages were opened')
  const offer = await near.evaluate((n) => window.pingChannel.describe(null, n), PING_BYTES)
  const answer = await far.evaluate(([given, n]) => window.pingChannel.describe(given, n), [
    offer,
    PING_BYTES,
  ] as const)
  await near.evaluate((given) => window.pingChannel.accept(given), answer)
  return {
    oneWayMs: async () => (await near.evaluate(() => window.pingChannel.ping())) / 2,
    async close() {
      await Promise.all(pages.map((page) => page.context().close()))
    },
  }
}

async function openPage(browser: TestBrowser, origin: string): Promise<Page> {
  const page = await browser.newPage(await browser.newContext())
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
  await page.goto(`${origin}/healthz`)
  await page.evaluate(installRawChannel)
  return page
}

/** Runs in the page: takes nothing from this file. */
async function installRawChannel(): Promise<void> {
  const answer = await fetch('/ice')
  const { iceServers } = (await answer.json()) as { iceServers: RTCIceServer[] }
  const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' })
  const channel = connection.createDataChannel('', { negotiated: true, id: 0 })
  channel.binaryType = 'arraybuffer'
  const opened = new Promise((resolve) => (channel.onopen = resolve))
  let ping = new ArrayBuffer(0)
  let isNear = false
  let onPong: () => void = () => undefined
  channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    if (isNear) onPong()
    else channel.send(data)
  }
  const gathered = new Promise<void>((resolve) => {
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null) resolve()
    }
  })

  window.pingChannel = {
    async describe(remote, pingBytes) {
      ping = new ArrayBuffer(pingBytes)
      isNear = remote === null
      if (remote !== null) await connection.setRemoteDescription(remote)
      await connection.setLocalDescription()
      await gathered
      const { type, sdp } = connection.localDescription ?? { type: 'offer', sdp: '' }
      return { type: type === 'answer' ? 'answer' : 'offer', sdp }
    },
    accept: (remote) => connection.setRemoteDescription(remote),
    async ping() {
      await opened
      const pong = new Promise<void>((resolve) => (onPong = resolve))
      const startMs = performance.now()
      channel.send(ping)
      await pong
      return performance.now() - startMs
    },
  }
}
