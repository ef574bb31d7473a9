import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { turnPassword } from '../../../signaling/relay/credentials.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** Inside the repository, so that the program finds npm's packages as it does in dist/. */
const DIST = join(ROOT, 'test-output/cli')
const PROGRAM = join(DIST, 'signaling/main.js')
/** A loaded machine is not an ill service. */
const PATIENT = ['doctor', '--timeout', '60']
const ORIGIN = /http:\/\/127\.0\.0\.1:\d+/u

/** Typed, as `expect`’s own are not. */
const containing = (text: string): unknown => expect.stringContaining(text)
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern)

type Ended = { readonly code: unknown; readonly said: string; readonly complaints: string }

describe('the command', () => {
  let cwd: string

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'hamsa-command-'))
    const configFile = join(ROOT, 'signaling/vite.config.ts')
    const outDir = join(DIST, 'signaling')
    await build({ configFile, logLevel: 'silent', build: { outDir } })
    await mkdir(join(DIST, 'client'), { recursive: true })
    await writeFile(join(DIST, 'client/desk.html'), '<!doctype html>')
  })
  afterAll(async () => {
    await rm(cwd, { recursive: true })
    await rm(DIST, { recursive: true })
  })

  const launch = (env: Record<string, string>, words: readonly string[]) =>
    spawn(process.execPath, [PROGRAM, ...words], { cwd, env })

  async function run(env: Record<string, string>, ...words: string[]): Promise<Ended> {
    const child = launch(env, words)
    let [said, complaints] = ['', '']
    child.stdout.on('data', (data: Buffer) => (said += data.toString()))
    child.stderr.on('data', (data: Buffer) => (complaints += data.toString()))
    const ending: unknown[] = await once(child, 'close')
    const [code] = ending
    return { code, said, complaints }
  }

  it('[SG80] [SG81] [SG85] examines a running service: 0 while it is well, 1 when it has gone', async () => {
    const env = { PORT: '0', RELAY_PORT: '0', TURN_SECRET: 'a secret of the tests' }
    const service = launch(env, ['start'])
    const lines: unknown[] = await once(service.stdout, 'data')
    const [origin = ''] = ORIGIN.exec(String(lines[0])) ?? []
    const here = { ...env, PUBLIC_URL: origin }

    const well = await run(here, ...PATIENT, '--json')
    expect(well).toMatchObject({ code: 0, complaints: '' })
    const report: unknown = JSON.parse(well.said)
    expect(report).toMatchObject({ ok: true, url: origin })
    expect(report).toHaveProperty('checks[0]', {
      name: 'signalling',
      status: 'good',
      found: matching(/^opened and answered in \d+ ms$/u),
      remedy: null,
    })
    const shown = await run({}, ...PATIENT, '--url', origin)
    expect(shown.code).toBe(0)
    expect(shown.said).toMatch(
      /^✓ relay over UDP at 127\.0\.0\.1 port \d+: data passes both ways/mu,
    )

    service.kill('SIGTERM')
    await once(service, 'close')
    const [, port = ''] = /UDP at 127\.0\.0\.1 port (\d+)/u.exec(shown.said) ?? []
    const gone = await run({ ...here, RELAY_PORT: port }, 'doctor')
    expect(gone.code).toBe(1)
    expect(gone.said).toContain('✗ signalling: nobody listens there')
    expect(gone.said).toMatch(/^✗ relay over UDP at 127\.0\.0\.1/mu)
    for (const { said } of [well, shown, gone]) expect(said).not.toContain(env.TURN_SECRET)
  })

  it('[SG80] ends with 2 when the settings are wrong, and lists them', async () => {
    expect(await run({ PORT: 'x' }, 'doctor', '--json')).toMatchObject({
      code: 2,
      said: matching(/^\{"ok":false,"problems":\["PORT: /u),
    })
    const { code, complaints } = await run({ PORT: 'x' }, 'doctor')
    expect([code, complaints]).toEqual([2, containing('PORT: expected a port')])
    expect((await run({}, 'doctor', '--url', 'chat.example.com')).code).toBe(2)
  })

  it('[SG63] [SG80] add-shop prints an address for one more desk, as JSON where it is asked for', async () => {
    const env = { SHOPS: 'claimed', PUBLIC_URL: 'https://chat.shop.example' }
    const { code, said } = await run(env, 'add-shop', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(said)).toEqual({
      deskUrl: matching(/^https:\/\/chat\.shop\.example\/desk#claim=[\w-]{43}$/u),
    })
    expect((await run(env, 'add-shop')).said).toMatch(/^The desk of one more shop: https:/u)
  })

  it('[SG86] turn-credentials are good for as long as it is told, and made by the kept secret', async () => {
    const env = { DATA_DIR: join(cwd, 'kept'), RELAY_PORT: '3479' }
    expect(await run(env, 'turn-credentials')).toMatchObject({
      code: 1,
      complaints: containing('never started'),
    })
    const service = launch({ ...env, PORT: '0', RELAY_PORT: '0' }, [])
    await once(service.stdout, 'data')
    service.kill('SIGTERM')
    await once(service, 'close')
    const secret = (await readFile(join(cwd, 'kept/relay-secret'), 'utf8')).trim()
    const before = Math.floor(Date.now() / 1000)
    const { code, said } = await run(env, 'turn-credentials', '--ttl', '60', '--json')
    expect(code).toBe(0)
    const told = JSON.parse(said) as Record<'username' | 'credential' | 'urls', string>
    const { username, credential, urls } = told
    expect(urls).toEqual(['udp', 'tcp'].map((way) => `turn:127.0.0.1:3479?transport=${way}`))
    expect(credential).toBe(turnPassword(secret, username))
    const expiry = Number(username.split(':')[0])
    expect(expiry).toBeGreaterThanOrEqual(before + 60)
    expect(expiry).toBeLessThanOrEqual(Math.floor(Date.now() / 1000) + 60)
    expect(said).not.toContain(secret)
    expect((await run(env, 'turn-credentials', '--ttl', '0')).code).toBe(1)
  })

  it('[SG80] tells its version and its words, whatever the settings are', async () => {
    const env = { PORT: 'x' }
    expect(await run(env, '--version')).toEqual({ code: 0, said: '0.1.0\n', complaints: '' })
    const { code, said } = await run(env, '--help')
    expect(code).toBe(0)
    for (const word of ['start', 'doctor', 'add-shop', 'turn-credentials']) {
      expect(said).toMatch(new RegExp(`^  ${word} `, 'mu'))
    }
    expect(await run(env, 'sell-shop')).toMatchObject({
      code: 1,
      complaints: containing("unknown command 'sell-shop'"),
    })
  })
})
