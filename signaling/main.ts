/*
 * The service as a program: environment in, lines and exit code out. With `add-shop` it prints an
 * address at which one more shop's desk may be opened, and ends. Exit codes: 0 stopped when
 * asked, 1 could not start or not stop in time, 2 the settings are wrong.
 */
import { fileURLToPath } from 'node:url'
import { randomBytes } from '@hamsa/crypto'
import { pino } from 'pino'
import manifest from './package.json' with { type: 'json' }
import { makeLogger } from './logger.ts'
import { hasCode } from './relay-secret.ts'
import { addShop, type ServiceDeps, startService, StartError } from './service.ts'
import { isLoopback } from './setting-parsers.ts'
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

async function run(settings: Settings, command: string | undefined): Promise<void> {
  if (command === undefined) return start(settings)
  if (command !== 'add-shop')
    throw new StartError(`There is no command ${command}; add-shop is one.`)
  say(`The desk of one more shop: ${await addShop(settings, depsFor(settings))}`)
}

loadEnvironmentFile()
const result = readSettings(process.env)
if ('problems' in result) {
  complain('Hamsa cannot start. Mend these settings (environment or .env):')
  for (const problem of result.problems) complain(`  ${problem}`)
  process.exitCode = 2
} else {
  try {
    await run(result.settings, process.argv[2])
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    complain(`Hamsa cannot start. ${error.message}`)
    process.exitCode = 1
  }
}
