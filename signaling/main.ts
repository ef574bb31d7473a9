#!/usr/bin/env node
/*
 * The service as a program: words and environment in, lines and exit code out. Exit codes: 0 stopped
 * when asked, or all is well; 1 could not start or not stop in time, or something has failed; 2 the
 * settings are wrong.
 */
import { fileURLToPath } from 'node:url'
import { randomBytes } from '@hamsa/crypto'
import { pino } from 'pino'
import manifest from './package.json' with { type: 'json' }
import { type Commands, makeProgram } from './cli/program.ts'
import { examine, type Patient } from './cli/doctor.ts'
import { makeOwnCredential } from './cli/relay-access.ts'
import { tellReport } from './cli/report-text.ts'
import { makeLogger } from './logger.ts'
import { hasCode } from './relay-secret.ts'
import { addShop, type ServiceDeps, startService, StartError } from './service.ts'
import { isLoopback, parseOrigin } from './setting-parsers.ts'
import { readSettings, type Settings } from './settings.ts'

/** From the signal to the exit, whatever is still open. */
const DRAIN_MS = 10_000

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`${line}\n`)

function depsFor({ logLevel }: Settings): ServiceDeps {
  return {
    now: () => Date.now(),
    monotonicNow: () => performance.now(),
    random: randomBytes,
    logger: makeLogger(logLevel, pino.destination({ dest: 2, sync: true })),
  }
}

/** Variables of a `.env` file in the working directory, where there is one; what is set already stays. */
function loadEnvironmentFile(): void {
  try {
    process.loadEnvFile('.env')
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error // having none is the usual case
  }
}

/** What is likely not what was meant, though nothing is wrong with it. */
function adviceFor({ relay, host, publicOrigin, shops, tls }: Settings): readonly string[] {
  const advice: string[] = []
  if (relay.type === 'off') {
    advice.push('RELAY is off and TURN_URLS is not set: no browser will connect to another.')
  }
  if (!isLoopback(host) && tls === null && publicOrigin?.startsWith('https:') !== true) {
    advice.push(
      'Browsers on other computers need https: set TLS_CERT and TLS_KEY, or put a proxy with a certificate in front and set PUBLIC_URL.',
    )
  }
  if (!isLoopback(host) && shops.type === 'open') {
    advice.push('SHOPS is open: whoever can reach this service can use it and its relay.')
  }
  return advice
}

async function start(settings: Settings): Promise<void> {
  const clientDir = fileURLToPath(new URL('../client', import.meta.url))
  const what = { clientDir, version: manifest.version }
  const service = await startService(settings, what, depsFor(settings))
  const stop = (): void => {
    setTimeout(() => process.exit(1), DRAIN_MS).unref()
    service.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  // Both may come for one Ctrl-C, from the terminal and from npm; the second one changes nothing.
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  for (const line of adviceFor(settings)) complain(line)
  say(`Hamsa is ready. Open the desk: ${service.deskUrl}`)
}

/** Says what is wrong with the settings and ends with 2, or gives them. */
function readOrComplain(json: boolean): Settings | null {
  loadEnvironmentFile()
  const result = readSettings(process.env)
  if (!('problems' in result)) return result.settings
  const { problems } = result
  if (json) say(JSON.stringify({ ok: false, problems }))
  else {
    complain('Hamsa cannot start. Mend these settings (environment or .env):')
    for (const problem of problems) complain(`  ${problem}`)
  }
  process.exitCode = 2
  return null
}

async function withSettings(
  json: boolean,
  act: (settings: Settings) => Promise<void>,
): Promise<void> {
  const settings = readOrComplain(json)
  if (settings === null) return
  try {
    await act(settings)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    complain(`Hamsa cannot start. ${error.message}`)
    process.exitCode = 1
  }
}

async function examineAndTell(patient: Patient, timeoutMs: number, json: boolean): Promise<void> {
  const report = await examine(patient, {
    now: () => Date.now(),
    monotonicNow: () => performance.now(),
    random: randomBytes,
    timeoutMs,
  })
  const text = json ? JSON.stringify(report) : tellReport(report)
  // A name that is still being looked up must not keep the process.
  process.stdout.write(`${text}\n`, () => process.exit(report.ok ? 0 : 1))
}

const commands: Commands = {
  start: () => withSettings(false, start),
  async doctor({ url, inbox, timeoutMs, json }) {
    if (url === null) {
      return withSettings(json, (settings) =>
        examineAndTell({ type: 'here', settings }, timeoutMs, json),
      )
    }
    const origin = parseOrigin(url)
    if (origin !== null) return examineAndTell({ type: 'address', origin, inbox }, timeoutMs, json)
    complain('--url: expected http:// or https://, a host and nothing behind it')
    process.exitCode = 2
  },
  addShop: ({ json }) =>
    withSettings(json, async (settings) => {
      const deskUrl = await addShop(settings, depsFor(settings))
      say(json ? JSON.stringify({ deskUrl }) : `The desk of one more shop: ${deskUrl}`)
    }),
  turnCredentials: ({ ttl, json }) =>
    withSettings(json, async (settings) => {
      const server = await makeOwnCredential(settings, Date.now(), ttl)
      if (server === null) {
        throw new StartError('RELAY: there is none, it was never started, or RELAY_PORT is 0')
      }
      if (json) return say(JSON.stringify(server))
      say(`username: ${server.username}`)
      say(`credential: ${server.credential}`)
      for (const url of server.urls) say(`url: ${url}`)
    }),
}

const words = process.argv.slice(2)
const program = makeProgram(manifest.version, commands)
await program.parseAsync(words.length === 0 ? ['start'] : words, { from: 'user' })
