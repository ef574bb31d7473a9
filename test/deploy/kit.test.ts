import { execFile, spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv, promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../signaling/settings.ts'
import { findProgram } from '../helpers/installed-program.ts'
import { findNatsServer } from '../helpers/nats-server.ts'
import { DEPLOY, readExample, withReplaced } from './example.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Of `systemd-analyze security`; 0 is a sealed box. */
const EXPOSURE = /overall exposure level for hamsa\.service: (\d\.\d)/i
/** What the page beside the unit says of it. */
const STATED = /gives the unit (\d\.\d)/

describe('the example settings', () => {
  it('are whole once the public address is filled in', async () => {
    const text = withReplaced(await readExample('.env.example'), [
      ['RELAY_PUBLIC_IP=', 'RELAY_PUBLIC_IP=192.0.2.1'],
    ])
    const result = readSettings({ ...parseEnv(text), HOST: '0.0.0.0' })
    if ('problems' in result) throw new Error(result.problems.join('\n'))
    const { settings } = result
    expect(settings).toMatchObject({
      publicOrigin: 'https://chat.example.com',
      relay: { type: 'closed', publicAddresses: ['192.0.2.1'] },
      shops: { type: 'claimed' },
    })
  })

  it('say what is missing before that', async () => {
    const result = readSettings({ ...parseEnv(await readExample('.env.example')), HOST: '0.0.0.0' })
    expect(result).toEqual({ problems: [expect.stringMatching(/^RELAY_PUBLIC_IP: /)] })
  })
})

const analyze = findProgram('systemd-analyze')
describe.skipIf(analyze === null)('the unit (skipped without systemd-analyze)', () => {
  it('is a sandbox as tight as the page says, by systemd’s own reckoning', async () => {
    const unit = join(DEPLOY, 'hamsa.service')
    const { stdout } = await run(analyze ?? '', ['security', '--offline=true', '--no-pager', unit])
    const [, measured] = EXPOSURE.exec(stdout) ?? []
    const [, stated] = STATED.exec(await readExample('README.md')) ?? []
    // A newer systemd looks at more.
    expect(Math.abs(Number(measured) - Number(stated))).toBeLessThanOrEqual(0.5)
  })

  it('has no line that systemd does not know', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hamsa-unit-'))
    try {
      await cp(join(DEPLOY, 'hamsa.service'), join(folder, 'hamsa.service'))
      await mkdir(join(folder, 'hamsa.service.d'))
      await cp(join(DEPLOY, 'hamsa-tls.conf'), join(folder, 'hamsa.service.d/tls.conf'))
      // Its exit code tells of the program that it starts, which is not here; its lines tell of the rest.
      const { stderr } = spawnSync(analyze ?? '', ['verify', join(folder, 'hamsa.service')], {
        encoding: 'utf8',
      })
      expect(stderr).not.toMatch(/Unknown (key|section|lvalue)|Failed to parse|Invalid/i)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

const compose = findProgram('docker-compose')
describe.skipIf(compose === null)('the compose file (skipped without docker-compose)', () => {
  it('holds together, and lets each service do little', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hamsa-compose-'))
    try {
      await cp(DEPLOY, folder, { recursive: true })
      await cp(join(folder, '.env.example'), join(folder, '.env'))
      const profiles = ['proxy', 'coturn', 'nats'].flatMap((name) => ['--profile', name])
      const { stdout } = await run(compose ?? '', [...profiles, 'config'], { cwd: folder })
      const services = stdout
        .split(/^ {2}(?=\w+:$)/m)
        .filter((part) => part.includes('image:') || part.includes('build:'))
      expect(services).toHaveLength(4)
      for (const service of services) {
        expect(service).toContain('read_only: true')
        expect(service).toContain('no-new-privileges:true')
        expect(service).toMatch(/cap_drop:\n\s+- ALL/)
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  }, 60_000)
})

const nats = findNatsServer()
describe.skipIf(nats === null)('the example for NATS (skipped without nats-server)', () => {
  it('is one that nats-server takes', async () => {
    const { stderr } = await run(nats ?? '', ['-t', '-c', join(DEPLOY, 'nats-server.conf')])
    expect(stderr).toMatch(/configuration file .* is valid/)
  })
})

/** Docker has no engine where tests run; its steps are npm's and node's, which do. */
describe('the image', () => {
  it('starts from the files that its last stage has, and nothing else', async () => {
    const dockerfile = await readExample('Dockerfile')
    const install = /RUN npm ci (.*--workspace signaling)$/m.exec(dockerfile)?.[1]?.split(' ')
    expect(install).toContain('--omit=dev')
    const folder = await mkdtemp(join(tmpdir(), 'hamsa-image-'))
    try {
      for (const [, names = ''] of dockerfile.matchAll(/^COPY (?!--from|\. )(.*)$/gm)) {
        const parts = names.split(' ')
        const to = parts.pop() ?? ''
        await mkdir(join(folder, to), { recursive: true })
        for (const name of parts) {
          await cp(join(ROOT, name), join(folder, to, name.split('/').at(-1) ?? ''))
        }
      }
      await run('npm', ['ci', ...(install ?? []), '--prefer-offline'], { cwd: folder })
      await cp(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true })
      const env = {
        PATH: process.env.PATH,
        PORT: '0',
        RELAY: 'off',
        DATA_DIR: join(folder, 'data'),
      }
      const service = execFile(process.execPath, ['dist/signaling/main.js'], { cwd: folder, env })
      const ended = new Promise((resolve) => service.once('exit', resolve))
      let said = ''
      for await (const chunk of service.stdout ?? []) {
        said += String(chunk)
        if (said.includes('\n')) break
      }
      service.kill('SIGTERM')
      expect(said).toMatch(/^Hamsa is ready\. Open the desk: http/)
      expect(await ended).toBe(0)
    } finally {
      await rm(folder, { recursive: true })
    }
  }, 120_000)
})
