import { Command, InvalidArgumentError } from 'commander'
import { DEFAULT_LIFETIME_SECONDS } from '../ice.ts'

/** What each word does. */
export type Commands = {
  start(): Promise<void>
  doctor(options: {
    readonly url: string | null
    readonly inbox: string | null
    /** For each check. */
    readonly timeoutMs: number
    readonly json: boolean
  }): Promise<void>
  addShop(options: { readonly json: boolean }): Promise<void>
  turnCredentials(options: { readonly ttl: number; readonly json: boolean }): Promise<void>
}

/** What commander makes of the flags below. */
type JsonFlag = { readonly json?: true }
type DoctorFlags = JsonFlag & {
  readonly url?: string
  readonly inbox?: string
  readonly timeout: number
}
type CredentialFlags = JsonFlag & { readonly ttl: number }

const JSON_FLAG = ['--json', 'print one JSON object'] as const
const MAX_TTL_SECONDS = 86_400
const CHECK_SECONDS = 5
const MAX_CHECK_SECONDS = 60

/** The words of `hamsa` and their flags; it reads no settings before a word is carried out. */
export function makeProgram(version: string, commands: Commands): Command {
  const program = new Command('hamsa')
    .description('Private chat between a shop and its shoppers, straight from browser to browser.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nWithout a command it starts. Settings come from the environment or a file .env.',
    )
  program
    .command('start')
    .description('be the service: pages, signalling and relay, until told to stop')
    .action(() => commands.start())
  program
    .command('doctor')
    .description('try whether everything that a chat needs works, and say what to do')
    .option('--url <url>', 'examine the service at this address, from here, without its settings')
    .option('--inbox <topic>', 'with --url: ask for relays in the name of the shop of this inbox')
    .option('--timeout <seconds>', 'for each check', secondsUpTo(MAX_CHECK_SECONDS), CHECK_SECONDS)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      '\nExit code: 0 nothing failed, 1 something did, 2 the settings are wrong.',
    )
    .action(({ url, inbox, timeout, json }: DoctorFlags) =>
      commands.doctor({
        url: url ?? null,
        inbox: inbox ?? null,
        timeoutMs: timeout * 1_000,
        json: json ?? false,
      }),
    )
  program
    .command('add-shop')
    .description('print an address at which one more shop’s desk may be opened, once')
    .option(...JSON_FLAG)
    .action(({ json }: JsonFlag) => commands.addShop({ json: json ?? false }))
  program
    .command('turn-credentials')
    .description('print relay credentials to try the relay with; keep them to yourself')
    .option(
      '--ttl <seconds>',
      'how long they are good',
      secondsUpTo(MAX_TTL_SECONDS),
      DEFAULT_LIFETIME_SECONDS,
    )
    .option(...JSON_FLAG)
    .action(({ ttl, json }: CredentialFlags) =>
      commands.turnCredentials({ ttl, json: json ?? false }),
    )
  return program
}

function secondsUpTo(most: number): (text: string) => number {
  return (text) => {
    const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0
    if (seconds >= 1 && seconds <= most) return seconds
    throw new InvalidArgumentError(`expected whole seconds from 1 to ${most}`)
  }
}
