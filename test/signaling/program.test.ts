import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLOSE } from '../../signaling/protocol.ts'
import { SignalClient } from '../helpers/signal-client.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Inside the repository, so that the program finds npm's packages as it does in dist/. */
const PROGRAM_DIR = join(ROOT, 'test-output/signaling')
const FREE_PORTS = { PORT: '0', RELAY_PORT: '0' }
const READY = /^Hamsa is ready\. Open the desk: (http:\/\/127\.0\.0\.1:\d+)\/desk$/

type Program = {
  readonly child: ChildProcess
  /** The first line on standard output. */
  readonly firstLine: Promise<string>
  readonly ended: Promise<{ readonly code: unknown; readonly complaints: string }>
}

describe('the program', () => {
  let cwd: string

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'hamsa-program-'))
    const configFile = join(ROOT, 'signaling/vite.config.ts')
    await build({ configFile, logLevel: 'silent', build: { outDir: PROGRAM_DIR } })
  })
  afterAll(async () => {
    await rm(cwd, { recursive: true })
    await rm(PROGRAM_DIR, { recursive: true })
  })

  function run(env: Record<string, string>, ...words: string[]): Program {
    const child = spawn(process.execPath, [join(PROGRAM_DIR, 'main.js'), ...words], { cwd, env })
    let complaints = ''
    child.stderr.on('data', (data: Buffer) => (complaints += data.toString()))
    const firstLine = once(child.stdout, 'data').then(([data]) => String(data).trimEnd())
    const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, complaints }))
    return { child, firstLine, ended }
  }

  it('[SG50] [SG53] says where the desk is, and on SIGTERM closes its sockets and ends with 0', async () => {
    const { child, firstLine, ended } = run(FREE_PORTS)
    const [, origin = ''] = READY.exec(await firstLine) ?? []
    expect(await (await fetch(`${origin}/ice`)).text()).toMatch(
      /"turn:127\.0\.0\.1:\d+\?transport=udp"/,
    )
    expect(await (await fetch(`${origin}/version`)).json()).toEqual({ version: '0.1.0' })
    const client = await SignalClient.open(`${origin.replace('http', 'ws')}/signal`)
    child.kill('SIGTERM')
    expect(await client.closed).toBe(CLOSE.goingAway)
    expect(await ended).toEqual({ code: 0, complaints: '' })
  })

  it('[SG63] prints a token for the first desk, and with add-shop one for another', async () => {
    const env = { ...FREE_PORTS, SHOPS: 'claimed', DATA_DIR: join(cwd, 'claimed') }
    const { child, firstLine, ended } = run(env)
    expect(await firstLine).toMatch(/\/desk#claim=[A-Za-z0-9_-]{43}$/)
    const adding = run({ ...env, PUBLIC_URL: 'https://chat.shop.example' }, 'add-shop')
    expect(await adding.firstLine).toMatch(
      /^The desk of one more shop: https:\/\/chat\.shop\.example\/desk#claim=[A-Za-z0-9_-]{43}$/,
    )
    expect(await adding.ended).toEqual({ code: 0, complaints: '' })
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
    const complaints = 'Hamsa cannot start. SHOPS: only claimed asks for a token\n'
    expect(await run({ SHOPS: 'open' }, 'add-shop').ended).toEqual({ code: 1, complaints })
    expect((await run({}, 'sell-shop').ended).code).toBe(1)
  })

  it('[SG52] keeps its secret over a restart', async () => {
    const path = join(cwd, '.data/relay-secret')
    const before = await readFile(path, 'utf8')
    expect((await stat(join(cwd, '.data'))).mode & 0o777).toBe(0o700)
    const { child, firstLine, ended } = run(FREE_PORTS)
    await firstLine
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
    expect(await readFile(path, 'utf8')).toBe(before)
  })

  it('[SG51] [SG53] ends with 2 and every problem when the settings are wrong', async () => {
    const { code, complaints } = await run({ PORT: 'x', TLS_KEY: 'key.pem' }).ended
    expect(code).toBe(2)
    expect(complaints).toContain('PORT: expected a port')
    expect(complaints).toContain('TLS_CERT: TLS_KEY needs the certificate it belongs to')
  })

  it('[SG53] ends with 1 and names the port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await run({ ...FREE_PORTS, PORT: String(port) }).ended).toEqual({
      code: 1,
      complaints: `Hamsa cannot start. PORT: TCP port ${port} of 127.0.0.1 is in use\n`,
    })
    other.close()
  })

  it('[SG53] ends with 1 and names the relay port that is in use', async () => {
    const first = run({ ...FREE_PORTS, DATA_DIR: join(cwd, 'first') })
    const [, origin = ''] = READY.exec(await first.firstLine) ?? []
    const ice = await (await fetch(`${origin}/ice`)).text()
    const [, port = ''] = /turn:127\.0\.0\.1:(\d+)/.exec(ice) ?? []
    expect(await run({ PORT: '0', RELAY_PORT: port }).ended).toEqual({
      code: 1,
      complaints: `Hamsa cannot start. RELAY_PORT: UDP or TCP port ${port} of 127.0.0.1 is in use\n`,
    })
    first.child.kill('SIGTERM')
    await first.ended
  })

  it('[SG51] reads .env, and what the environment sets goes before it', async () => {
    await writeFile(join(cwd, '.env'), 'PORT=wrong\nRELAY_PORT=wrong\n')
    const { code, complaints } = await run({ PORT: '0' }).ended
    await rm(join(cwd, '.env'))
    expect(code).toBe(2)
    expect(complaints).toContain('RELAY_PORT:')
    expect(complaints).not.toContain('  PORT:')
  })
})
