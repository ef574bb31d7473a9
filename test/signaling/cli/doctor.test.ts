import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { randomBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { judgeAddress } from '../../../signaling/cli/address-finding.ts'
import { certificateCheck } from '../../../signaling/cli/certificate-check.ts'
import { type CheckReport, runCheck } from '../../../signaling/cli/check.ts'
import { type DoctorDeps, type DoctorReport, examine } from '../../../signaling/cli/doctor.ts'
import { parseIce } from '../../../signaling/cli/relay-access.ts'
import { tellReport } from '../../../signaling/cli/report-text.ts'
import { makeLogger } from '../../../signaling/logger.ts'
import { keepRelaySecret } from '../../../signaling/relay-secret.ts'
import { startService } from '../../../signaling/service.ts'
import { readSettings, type Settings } from '../../../signaling/settings.ts'
import { startTestServer } from '../../helpers/server.ts'
import { makeAuthority } from '../relay/certificate-maker.ts'

const HOST = '127.0.0.1'
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** When the certificates of the tests end. */
const CERTIFICATE_END = Date.UTC(2120, 0, 1)
const authority = makeAuthority()
const pair = authority.issue()

const deps: DoctorDeps = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  random: randomBytes,
  timeoutMs: MINUTE_MS, // a loaded machine is not an ill service
  ca: authority.ca,
}

/** Typed, as `expect`’s own are not. */
const containing = (text: string): unknown => expect.stringContaining(text)
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern)

function settingsOf(env: Record<string, string>): Settings {
  const result = readSettings(env)
  if ('problems' in result) throw new Error(result.problems.join('\n'))
  return result.settings
}

function named(report: DoctorReport, name: string): CheckReport | undefined {
  return report.checks.find((check) => check.name.startsWith(name))
}

const statuses = ({ checks }: DoctorReport): Record<string, string> =>
  Object.fromEntries(checks.map(({ name, status }) => [name.replace(/ at .*/u, ''), status]))

describe('the doctor', () => {
  let folder: string
  const ends: (() => unknown)[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hamsa-doctor-'))
    await writeFile(join(folder, 'desk.html'), '<!doctype html>')
    await writeFile(join(folder, 'chain.pem'), pair.cert)
    await writeFile(join(folder, 'key.pem'), pair.key)
  })
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** A service as the program starts it, and the settings by which its own computer finds it. */
  async function startHere(
    env: Record<string, string>,
  ): Promise<{ readonly settings: Settings; readonly origin: string }> {
    const wanted = { PORT: '0', RELAY_PORT: '0', DATA_DIR: join(folder, 'data'), ...env }
    const logger = makeLogger('silent', { write: () => undefined })
    const what = { clientDir: folder, version: 'test' }
    const service = await startService(settingsOf(wanted), what, { ...deps, logger })
    ends.push(() => service.close())
    const { origin } = new URL(service.deskUrl)
    return { settings: settingsOf({ ...wanted, PUBLIC_URL: origin }), origin }
  }

  const startAlone = async () => {
    const server = await startTestServer({ clientDir: folder })
    ends.push(() => server.close())
    return server
  }

  async function listen(server: Server, host = HOST): Promise<string> {
    server.listen(0, host)
    await once(server, 'listening')
    ends.push(() => void server.close())
    return `${host}:${(server.address() as AddressInfo).port}`
  }

  it('[SG81] finds nothing wrong with a service that is well, over TLS, too', async () => {
    const tls = { TLS_CERT: join(folder, 'chain.pem'), TLS_KEY: join(folder, 'key.pem') }
    const { settings } = await startHere(tls)
    const report = await examine({ type: 'here', settings }, deps)
    expect(statuses(report)).toEqual({
      signalling: 'good',
      pages: 'good',
      clock: 'good',
      certificate: 'good',
      'data folder': 'good',
      shops: 'good',
      'relay over UDP': 'good',
      'relay over TCP': 'good',
      'relay over TLS': 'good',
      'public address': 'good',
      'public URL': 'good',
    })
    expect(report.ok).toBe(true)
  })

  it('[SG81] [SG85] tries the relay by the secret of DATA_DIR where only shops get credentials', async () => {
    const dataDir = join(folder, 'claimed')
    const { port, relayPort, secret, close } = await startTestServer({
      clientDir: folder,
      shops: { admit: () => Promise.resolve(false), patronOf: () => Promise.resolve(null) },
    })
    ends.push(close)
    const origin = `http://${HOST}:${port}`
    const env = { PUBLIC_URL: origin, RELAY_PORT: String(relayPort), TURN_SECRET: secret }
    const settings = settingsOf({ ...env, SHOPS: 'claimed', DATA_DIR: dataDir })
    const report = await examine({ type: 'here', settings }, deps)
    expect(named(report, 'relay over UDP')?.status).toBe('good')
    expect(named(report, 'shops')).toMatchObject({ status: 'warning', found: 'none known yet' })
    expect(named(report, 'data folder')?.status).toBe('warning')
    const afar = await examine({ type: 'address', origin, inbox: null }, deps)
    expect(named(afar, 'relay')).toMatchObject({ status: 'warning' })
    expect(afar.ok).toBe(true)
    for (const each of [report, afar]) {
      expect(tellReport(each) + JSON.stringify(each)).not.toContain(secret)
    }
  })

  it('[SG81] names the relay that is gone, and says what to do', async () => {
    const { origin, relayPort, stopRelay } = await startAlone()
    await stopRelay()
    const report = await examine({ type: 'address', origin, inbox: null }, deps)
    expect(report.ok).toBe(false)
    expect(named(report, 'relay over UDP')).toEqual({
      name: `relay over UDP at 127.0.0.1 port ${relayPort}`,
      status: 'failed',
      found: 'nobody listens there',
      remedy: `See that the service runs, and that the firewall lets UDP port ${relayPort} in.`,
    })
    expect(named(report, 'signalling')?.status).toBe('good')
    expect(tellReport(report)).toContain(`✗ relay over UDP at 127.0.0.1 port ${relayPort}: nobody`)
  })

  it('[SG87] finds a clock that is a minute off, either way', async () => {
    const { origin } = await startAlone()
    const skewed = (skewMs: number) =>
      examine({ type: 'address', origin, inbox: null }, { ...deps, now: () => Date.now() + skewMs })
    expect(named(await skewed(5 * MINUTE_MS), 'clock')).toMatchObject({
      status: 'failed',
      found: matching(/^the service's clock is (299|300|301) s behind this one$/),
    })
    expect((await skewed(-5 * MINUTE_MS)).ok).toBe(false)
    expect(named(await skewed(30_000), 'clock')?.status).toBe('good')
  })

  it('[SG87] warns of a certificate’s end two weeks before, and fails when it has come', async () => {
    const shown = createTlsServer(pair)
    const place = await listen(shown)
    const atDay = (daysLeft: number) => {
      const now = (): number => CERTIFICATE_END - daysLeft * DAY_MS
      const check = certificateCheck({ origin: `https://${place}`, now, ca: authority.ca })
      return runCheck(check, MINUTE_MS)
    }
    expect(await atDay(14.5)).toMatchObject({ status: 'good' })
    expect(await atDay(13.5)).toMatchObject({ status: 'warning', found: '13 days left' })
    expect(await atDay(-0.5)).toMatchObject({ status: 'failed', found: 'expired' })
  })

  it('[SG87] fails with a certificate for another name, or of an unknown authority', async () => {
    const place = await listen(createTlsServer(pair), '127.0.0.2')
    const run = (ca?: string) =>
      runCheck(certificateCheck({ origin: `https://${place}`, now: deps.now, ca }), MINUTE_MS)
    expect(await run(authority.ca)).toMatchObject({
      status: 'failed',
      found: containing('for another name'),
    })
    expect(await run()).toMatchObject({
      status: 'failed',
      found: containing('chain is not whole'),
    })
  })

  it('[SG81] waits for nobody who accepts and says nothing', async () => {
    const origin = `http://${await listen(createServer((socket) => socket.on('error', () => 0)))}`
    const patient = { type: 'address', origin, inbox: null } as const
    const report = await examine(patient, { ...deps, timeoutMs: 50 })
    expect(report.ok).toBe(false)
    for (const name of ['signalling', 'pages', 'clock']) {
      expect(named(report, name)?.found).toBe('no answer within 0.05 seconds')
    }
    expect(named(report, 'relay')?.status).toBe('failed')
  })

  it('[SG81] takes no garbage for a service, and does not fall over it', async () => {
    let answer = Buffer.alloc(0)
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.once('data', () => socket.end(answer))
    })
    const origin = `http://${await listen(server)}`
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constant('{"iceServers":[{"urls":["turn:"]}]}'),
    )
    const http = body.map((text) => Buffer.from(`HTTP/1.1 200 OK\r\nDate: never\r\n\r\n${text}`))
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, http), async (garbage) => {
        answer = garbage
        const report = await examine({ type: 'address', origin, inbox: null }, deps)
        expect(report.ok).toBe(false)
        expect(named(report, 'signalling')?.status).toBe('failed')
      }),
      { numRuns: 40 },
    )
  })

  it('[SG81] rebuilds what /ice says, or takes it for garbage', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseIce(text).type).toBe('garbled')
      }),
    )
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(['garbled', 'none', 'server']).toContain(parseIce(text).type)
      }),
    )
    const server = { urls: ['turn:a'], username: 'u', credential: 'c' }
    const told = JSON.stringify({ iceServers: [{ ...server, more: 1 }] })
    expect(parseIce(told)).toEqual({ type: 'server', server })
    expect(parseIce('{"iceServers":[]}')).toEqual({ type: 'none' })
  })

  it('[SG87] judges what the relay tells browsers by where they come from', () => {
    const proven = (ip: number[]) => {
      const relayed = { ip: Uint8Array.from(ip), port: 5000 }
      return { type: 'proven', relayed, mapped: relayed } as const
    }
    const publicly = 'https://chat.shop.example'
    const judge = (ip: number[], settings: Settings | null = null) =>
      judgeAddress(publicly, settings, proven(ip)).status
    expect(judge([127, 0, 0, 1])).toBe('failed')
    expect(judge([0, 0, 0, 0])).toBe('failed')
    expect(judge([192, 168, 1, 7])).toBe('warning')
    expect(judge([203, 0, 113, 7])).toBe('good')
    expect(judge([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])).toBe('good')
    expect(judgeAddress('http://localhost:8080', null, proven([127, 0, 0, 1])).status).toBe('good')
    const other = settingsOf({ HOST: '0.0.0.0', RELAY_PUBLIC_IP: '198.51.100.1' })
    expect(judge([203, 0, 113, 7], other)).toBe('failed')
    expect(judge([198, 51, 100, 1], other)).toBe('good')
    const forgotten = settingsOf({ PUBLIC_URL: publicly })
    expect(judgeAddress(publicly, forgotten, null).status).toBe('failed')
  })

  it('[SG87] fails where others may look into DATA_DIR, and where people come without https', async () => {
    const dataDir = join(folder, 'wide')
    await mkdir(dataDir)
    await keepRelaySecret(dataDir, randomBytes)
    await chmod(dataDir, 0o755)
    const { origin } = await startAlone()
    const settings = settingsOf({ PUBLIC_URL: origin, DATA_DIR: dataDir })
    const report = await examine({ type: 'here', settings }, deps)
    expect(named(report, 'data folder')).toMatchObject({
      status: 'failed',
      found: 'others may look into it (mode 0755)',
    })
    await chmod(dataDir, 0o700)
    expect(named(await examine({ type: 'here', settings }, deps), 'data folder')?.status).toBe(
      'good',
    )
    const plain = { type: 'address', origin: 'http://hamsa.invalid', inbox: null } as const
    expect(named(await examine(plain, deps), 'public URL')?.status).toBe('failed')
  })

  it('[SG81] says what a refused upgrade means', async () => {
    let status = 403
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.once('data', () => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`))
    })
    const patient = {
      type: 'address',
      origin: `http://${await listen(server)}`,
      inbox: null,
    } as const
    expect(named(await examine(patient, deps), 'signalling')).toMatchObject({
      status: 'failed',
      remedy: containing('Set PUBLIC_URL'),
    })
    status = 404
    expect(named(await examine(patient, deps), 'signalling')?.remedy).toContain('upgrades')
  })
})
