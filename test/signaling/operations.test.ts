import { randomBytes, toBase64Url } from '@hamsa/crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { LOG_LEVELS, makeLogger } from '../../signaling/logger.ts'
import { CLOSE, INBOX_HEADER } from '../../signaling/protocol.ts'
import { startService } from '../../signaling/service.ts'
import { readSettings } from '../../signaling/settings.ts'
import { startTestServer, type TestServer, type TestServerOverrides } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

const METRICS_TOKEN = 'a token of the tests'
const authorization = `Bearer ${METRICS_TOKEN}`

describe('running the service', () => {
  const servers: { close(): Promise<void> }[] = []
  const start = async (overrides: TestServerOverrides = {}): Promise<TestServer> => {
    const server = await startTestServer(overrides)
    servers.push(server)
    return server
  }
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })

  const metrics = async (origin: string): Promise<string> =>
    (await fetch(`${origin}/metrics`, { headers: { authorization } })).text()

  it('[SG55] counts what happens, the relay and the process', async () => {
    const { origin, signalUrl } = await start({ metricsToken: METRICS_TOKEN })
    const alice = await SignalClient.open(signalUrl)
    const badr = await SignalClient.open(signalUrl)
    await alice.subscribe('tea')
    await badr.subscribe('tea')
    alice.send({ type: 'publish', topic: 'tea', data: 1 })
    await badr.next()
    alice.sendText('bad')
    expect(await alice.closed).toBe(CLOSE.badFrame)
    badr.socket.close(4999)
    await badr.closed
    await SignalClient.open(`${signalUrl}s`).catch(() => undefined)
    await fetch(`${origin}/ice`)
    const text = await metrics(origin)
    for (const line of [
      'hamsa_signaling_opened_total 2',
      'hamsa_signaling_frames_total 6',
      'hamsa_signaling_publishes_total 1',
      'hamsa_signaling_deliveries_total 1',
      'hamsa_signaling_refused_total 1',
      'hamsa_signaling_credentials_total 1',
      'hamsa_signaling_closes_total{code="4400"} 1',
      'hamsa_signaling_closes_total{code="other"} 1',
      'hamsa_signaling_sockets 0',
      'hamsa_signaling_topics 0',
      'hamsa_signaling_addresses 1',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).toMatch(/^hamsa_relay\{what="unsentPackets"\} 0$/m)
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m)
  })

  it('[SG55] shows them to the token alone', async () => {
    const { origin } = await start({ metricsToken: METRICS_TOKEN })
    const headers = [
      '',
      'Bearer',
      `Bearer ${METRICS_TOKEN}x`,
      METRICS_TOKEN,
      `Basic ${METRICS_TOKEN}`,
    ]
    for (const wrong of headers) {
      const answer = await fetch(`${origin}/metrics`, { headers: { authorization: wrong } })
      expect([answer.status, await answer.text()]).toEqual([401, '{"error":"token wanted"}'])
    }
    const closed = await start()
    expect((await fetch(`${closed.origin}/metrics`, { headers: { authorization } })).status).toBe(
      404,
    )
  })

  it('[SG54] [SG46] nothing that a client sends, nor its address, is in a log line or a metric', async () => {
    const canary = `canary${toBase64Url(randomBytes(12))}`
    const address = '203.0.113.77'
    const dataDir = await mkdtemp(join(tmpdir(), 'hamsa-logs-'))
    const env = { PORT: '0', RELAY_PORT: '0', SHOPS: 'claimed', METRICS_TOKEN, DATA_DIR: dataDir }
    const read = readSettings(env)
    if ('problems' in read) throw new Error(read.problems.join())
    const lines: string[] = []
    const logger = makeLogger('trace', { write: (line) => void lines.push(line) })
    const service = await startService(
      { ...read.settings, limits: { ...read.settings.limits, firstFrameMs: 60_000 } },
      { clientDir: join(dataDir, canary), version: 'test' },
      { now: () => Date.now(), monotonicNow: () => performance.now(), random: randomBytes, logger },
    )
    servers.push(service)
    const { origin } = new URL(service.deskUrl)
    const signalUrl = `${origin.replace('http', 'ws')}/signal`
    const headers = { 'x-forwarded-for': address, 'user-agent': canary, cookie: canary }
    for (const bad of [canary, `{"type":"${canary}"}`, `{"type":"prove","topic":"${canary}"}`]) {
      const client = await SignalClient.open(`${signalUrl}?${canary}`, headers)
      await client.subscribe(canary)
      client.send({ type: 'publish', topic: canary, data: canary })
      client.sendText(bad)
      expect(await client.closed).toBe(CLOSE.badFrame)
    }
    await SignalClient.open(`${origin}/${canary}`, headers).catch(() => undefined)
    for (const path of [canary, `c?${canary}`, 'desk', `ice?${canary}`, `%${canary}`]) {
      await fetch(`${origin}/${path}`, { headers: { ...headers, [INBOX_HEADER]: canary } })
    }
    const told = await metrics(origin)
    await service.close()
    await rm(dataDir, { recursive: true })

    const written = lines.join('')
    expect(written).toContain('"msg":"counts"')
    const token = new URL(service.deskUrl).hash.slice('#claim='.length)
    for (const word of [canary, address, '127.0.0.1', token, METRICS_TOKEN]) {
      expect(written + told).not.toContain(word)
    }
  })

  it('[SG54] knows its levels, and says nothing below the one that is set', () => {
    for (const level of LOG_LEVELS) {
      const lines: string[] = []
      makeLogger(level, { write: (line) => void lines.push(line) }).info('started')
      expect(lines.length > 0).toBe(['info', 'debug', 'trace'].includes(level))
    }
  })

  it('[SG50] [SG41] says that it stops, lets nobody in, and closes each socket at a moment of its own', async () => {
    const shares = [new Uint8Array([0, 0]), new Uint8Array([255, 255]), new Uint8Array([255, 255])]
    const { origin, signalUrl, close } = await start({
      limits: { drainMsPerSocket: 60_000, drainMs: 180_000 },
      random: (length) => (length === 2 ? shares.shift() : undefined) ?? randomBytes(length),
    })
    const status = async (): Promise<number> => (await fetch(`${origin}/readyz`)).status
    expect(await status()).toBe(200)
    const early = await SignalClient.open(signalUrl)
    const late = [await SignalClient.open(signalUrl), await SignalClient.open(signalUrl)]
    const closed = close()
    expect(await early.closed).toBe(CLOSE.goingAway)
    expect(await status()).toBe(503)
    await expect(SignalClient.open(signalUrl)).rejects.toThrow('503')
    for (const client of late) {
      expect(await client.ask({ type: 'ping' })).toEqual({ type: 'pong' })
      await client.close()
    }
    await closed
    await expect(fetch(`${origin}/readyz`)).rejects.toThrow()
  })
})
