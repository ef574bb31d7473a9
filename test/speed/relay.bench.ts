import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { bench, describe, vi } from 'vitest'
import { makeTurnCredential } from '../../signaling/relay/credentials.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { freePort } from '../helpers/free-port.ts'
import { findProgram } from '../helpers/installed-program.ts'
import { startTestServer } from '../helpers/server.ts'
import { startNodeProcess } from '../node/node-process.ts'
import { connectPagePair } from '../signaling/relay/page-pair.ts'
import { REALM, SECRET } from '../signaling/relay/turn-request.ts'
import { openTcpWire } from '../signaling/relay/turn-wire.ts'
import { percentile } from './figures.ts'
import { cpuSecondsOf } from './process-figures.ts'

const ROUNDS = 15
const MEGABYTES = 8
const turnserver = findProgram('turnserver')

type Rival = { readonly name: string; readonly pid: number; readonly port: number }
type Round = { readonly openMs: number; readonly transferMs: number; readonly cpuMs: number }

async function startCoturn(folder: string): Promise<{ rival: Rival; child: ChildProcess }> {
  const port = await freePort()
  const child = spawn(
    turnserver ?? '',
    [
      ...['-n', '--no-cli', '--no-tls', '--no-dtls', '--allow-loopback-peers', '--log-file=stdout'],
      ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${port}`],
      ...['--use-auth-secret', `--static-auth-secret=${SECRET}`, `--realm=${REALM}`],
      ...[`--pidfile=${join(folder, 'pid')}`, `--userdb=${join(folder, 'turndb')}`],
    ],
    { stdio: 'ignore' },
  )
  await vi.waitFor(async () => (await openTcpWire(port)).close(), {
    timeout: 30_000,
    interval: 100,
  })
  return { rival: { name: 'coturn', pid: child.pid ?? 0, port }, child }
}

async function round(page: Page, { port, pid }: Rival): Promise<Round> {
  const now = Date.now()
  const credential = makeTurnCredential({ secret: SECRET, id: 'a', now, lifetimeSeconds: 600 })
  const before = await cpuSecondsOf(pid)
  const { openMs, transferMs, intact } = await connectPagePair(page, {
    ice: { urls: `turn:127.0.0.1:${port}?transport=udp`, ...credential },
    bytes: MEGABYTES * 1024 * 1024,
  })
  if (intact.includes(false)) throw new Error('bytes were lost')
  return { openMs, transferMs, cpuMs: 1_000 * ((await cpuSecondsOf(pid)) - before) }
}

/** A pair of pages of one Chromium over each relay in turn, so that whatever else the machine does meets both. */
async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hamsa-relay-bench-'))
  const relay = await startNodeProcess('../signaling/relay/relay-process.ts', [])
  const { rival: coturn, child } = await startCoturn(folder)
  const pages = await startTestServer({ relay: false })
  const browser = await launchChromium()
  try {
    const ours = {
      name: 'closed relay',
      pid: Number(await relay.call('pid', [])),
      port: Number(await relay.call('port', [])),
    }
    const rounds = new Map<Rival, Round[]>([ours, coturn].map((one) => [one, []]))
    const page = await browser.newPage(await browser.newContext())
    await page.goto(`${pages.origin}/healthz`)
    for (let count = 0; count <= ROUNDS; count++) {
      for (const [rival, made] of rounds) {
        const one = await round(page, rival)
        if (count > 0) made.push(one) // the first one warms up
      }
    }
    const middle = (rival: Rival, of: keyof Round): number =>
      percentile(rounds.get(rival)?.map((one) => one[of]) ?? [], 0.5)
    for (const rival of rounds.keys()) {
      process.stdout.write(
        `${rival.name}: open ${middle(rival, 'openMs').toFixed(0)} ms, ` +
          `${((2 * MEGABYTES * 1_000) / middle(rival, 'transferMs')).toFixed(1)} MB/s, ` +
          `${(middle(rival, 'cpuMs') / (2 * MEGABYTES)).toFixed(1)} ms of a processor a megabyte (p50 of ${ROUNDS})\n`,
      )
    }
    const ratio = (of: keyof Round): string => (middle(ours, of) / middle(coturn, of)).toFixed(2)
    process.stdout.write(
      `closed relay ÷ coturn: open ${ratio('openMs')}, time for the same bytes ${ratio('transferMs')}, processor ${ratio('cpuMs')}\n`,
    )
  } finally {
    await browser.close()
    await pages.close()
    await relay.end()
    child.kill('SIGKILL')
    await once(child, 'exit')
    await rm(folder, { recursive: true })
  }
}

describe.skipIf(findChromium() === null || turnserver === null)('the closed relay', () => {
  bench('beside coturn', compare, { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 })
})
