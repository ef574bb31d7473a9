import { createHmac } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

const NOW_MS = 1_800_000_000_500
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html hamsa-worker',
]

describe('over HTTP', () => {
  const lines: string[] = []
  let clientDir: string
  let server: TestServer

  beforeAll(async () => {
    clientDir = await mkdtemp(join(tmpdir(), 'hamsa-pages-'))
    await mkdir(join(clientDir, 'assets'))
    for (const page of ['index', 'desk', 'chat']) {
      await writeFile(join(clientDir, `${page}.html`), `<!doctype html><title>${page}</title>`)
    }
    await writeFile(join(clientDir, 'assets/app-1a2b3c.js'), 'export {}')
    await writeFile(join(clientDir, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    await writeFile(join(clientDir, '.hidden'), 'not for you')
    server = await startTestServer({
      clientDir,
      now: () => NOW_MS,
      log: (line) => lines.push(line),
      origins: { publicOrigin: 'https://chat.shop.example', allowedOrigins: ['https://b.example'] },
      ice: { urls: ['turn:192.0.2.1:3478?transport=udp'], secret: 'north', lifetimeSeconds: 3600 },
    })
  })
  afterAll(async () => {
    await server.close()
    await rm(clientDir, { recursive: true })
  })

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(server.origin + path, { headers, redirect: 'manual' })

  it('[SG40] hands out credentials that end in an hour, in the form of the TURN REST scheme', async () => {
    const answer = await get('/ice')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const text = await answer.text()
    const [, username = '', credential = ''] =
      /^\{"iceServers":\[\{"urls":\["turn:192\.0\.2\.1:3478\?transport=udp"\],"username":"([^"]+)","credential":"([^"]+)"\}\]\}$/.exec(
        text,
      ) ?? []
    expect(username).toMatch(/^1800003600:[A-Za-z0-9_-]{16}$/)
    expect(credential).toBe(createHmac('sha1', 'north').update(username).digest('base64'))
  })

  it('[SG40] names nobody twice alike', async () => {
    expect(await (await get('/ice')).text()).not.toBe(await (await get('/ice')).text())
  })

  it('[SG40] gives no server where there is no relay', async () => {
    const bare = await startTestServer({ relay: false })
    expect(await (await fetch(`${bare.origin}/ice`)).json()).toEqual({ iceServers: [] })
    await bare.close()
  })

  it('[SG40] [SG31] gives nothing to a page of another origin', async () => {
    const answer = await get('/ice', { origin: 'https://evil.example' })
    expect(answer.status).toBe(403)
    expect(await answer.text()).not.toContain('turn:')
  })

  it('[SG41] answers how it is and which it is', async () => {
    const health = await get('/healthz')
    expect(health.status).toBe(200)
    expect(await health.text()).toBe('{"status":"ok"}')
    expect(await (await get('/version')).json()).toEqual({ version: 'test' })
  })

  it.each([
    ['/', 'index'],
    ['/desk', 'desk'],
    ['/desk?lang=en', 'desk'],
    ['/c', 'chat'],
  ])('[SG42] serves %s and has it asked for again each time', async (path, title) => {
    const answer = await get(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(await answer.text()).toContain(`<title>${title}</title>`)
    const etag = answer.headers.get('etag') ?? ''
    const again = await get(path, { 'if-none-match': etag, 'cache-control': 'max-age=0' })
    expect(again.status).toBe(304)
  })

  it('[SG42] lets hashed assets be kept for a year, and other files not', async () => {
    const asset = await get('/assets/app-1a2b3c.js')
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect((await get('/icon.svg')).headers.get('cache-control')).toBe('no-cache')
  })

  it.each(['/', '/desk', '/c', '/assets/app-1a2b3c.js', '/ice', '/healthz', '/nowhere', '/%'])(
    '[SG43] answers %s with the strict headers and no cookie',
    async (path) => {
      const { headers } = await get(path)
      const policy = (headers.get('content-security-policy') ?? '').split(';')
      const host = new URL(server.origin).host
      expect(policy).toEqual(expect.arrayContaining(POLICY))
      expect(policy).toContain(
        `connect-src 'self' ws://chat.shop.example wss://chat.shop.example ws://${host} wss://${host}`,
      )
      expect(policy).toHaveLength(POLICY.length + 1)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
      for (const name of ['set-cookie', 'x-powered-by', 'server', 'access-control-allow-origin']) {
        expect(headers.has(name)).toBe(false)
      }
    },
  )

  it('[SG43] lets no Host header write into the policy', async () => {
    const policy = await new Promise<unknown>((resolve, reject) => {
      const headers = { host: "x; script-src 'unsafe-inline'" }
      request(`${server.origin}/`, { headers }, (response) => {
        response.resume()
        resolve(response.headers['content-security-policy'])
      })
        .on('error', reject)
        .end()
    })
    expect(policy).not.toContain('unsafe-inline')
  })

  it.each([
    '/nowhere',
    '/assets/',
    '/assets',
    '/assets/gone-1.js',
    '/.hidden',
    '/..%2f..%2fpackage.json',
    '/assets/..%2f..%2f..%2fetc%2fpasswd',
    '/%00',
    '/%',
    '/signal',
  ])('[SG44] says of %s only that it is not there', async (path) => {
    const answer = await get(path)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(await answer.text()).toMatch(/^\{"error":"(?:not found|not answered)"\}$/)
  })

  it('[SG44] shows a person the first page, with 404, where there is none', async () => {
    const answer = await fetch(`${server.origin}/nowhere`, {
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.text()).toContain('<!doctype html>')
  })

  it('[SG44] answers a fault of its own with 500, nothing of its inside, and one line in the log', async () => {
    const notes: string[] = []
    const faulty = await startTestServer({
      log: (line) => notes.push(line),
      now: () => {
        throw new Error('secret inside')
      },
    })
    const answer = await fetch(`${faulty.origin}/ice`)
    expect(answer.status).toBe(500)
    expect(await answer.text()).toBe('{"error":"not answered"}')
    expect(notes).toEqual(['A request failed inside the service.'])
    await faulty.close()
  })

  it('[SG30] upgrades at /signal only', async () => {
    const away = server.signalUrl.replace('/signal', '')
    for (const path of ['/', '/signal/', '/signals', '/ice']) {
      await expect(SignalClient.open(away + path)).rejects.toThrow('404')
    }
    const alice = await SignalClient.open(`${server.signalUrl}?v=1`)
    expect(await alice.ask({ type: 'ping' })).toEqual({ type: 'pong' })
  })

  it.each([
    'https://evil.example',
    'null',
    'https://chat.shop.example.evil.example',
    'http://chat.shop.example',
  ])('[SG31] refuses the origin %s', async (origin) => {
    await expect(SignalClient.open(server.signalUrl, { origin })).rejects.toThrow('403')
  })

  it('[SG31] refuses a name that is made to point here, though Host says the same', async () => {
    const headers = { origin: 'http://evil.example', host: 'evil.example' }
    await expect(SignalClient.open(server.signalUrl, headers)).rejects.toThrow('403')
  })

  it('[SG31] lets in its own origin, the public one, the allowed ones, and what is no browser', async () => {
    const own = new URL(server.signalUrl)
    for (const origin of [
      server.origin,
      'https://chat.shop.example',
      'https://b.example',
      undefined,
    ]) {
      const headers: Record<string, string> = origin === undefined ? {} : { origin }
      const client = await SignalClient.open(own.href, headers)
      expect(client.socket.readyState).toBe(WebSocket.OPEN)
      await client.close()
    }
    own.hostname = 'localhost'
    const origin = `http://localhost:${own.port}`
    await (await SignalClient.open(own.href, { origin })).close()
  })

  it('[SG46] has written nothing down about all of this', () => {
    expect(lines).toEqual([])
  })
})
