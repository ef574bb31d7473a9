import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { startRelay } from '../../../signaling/relay/relay.ts'
import type { StunAttribute } from '../../../signaling/relay/stun-attribute.ts'
import { ATTRIBUTE } from '../../../signaling/relay/stun-attribute.ts'
import { METHOD, parseStun, type StunMessage } from '../../../signaling/relay/stun-message.ts'
import {
  attributeText,
  codeOf,
  REALM,
  SECRET,
  turnRequest,
  udpTransport,
  usernameOf,
} from './turn-request.ts'

const HOST = '127.0.0.1'
const COTURN = '/usr/bin/turnserver'
const LIFETIME_SECONDS = 2

/** Ends what a test has started. */
const ends: (() => unknown)[] = []

/** One client of a relay, over a real socket. */
class Client {
  readonly #socket: Socket = createSocket('udp4')
  readonly #port: number
  #nonce = ''

  constructor(port: number) {
    this.#port = port
    ends.push(() => this.#socket.close())
  }

  /** A signed request's code; 0 is a success. */
  async ask(username: string, method: number, ...attributes: StunAttribute[]): Promise<number> {
    for (;;) {
      const signer = this.#nonce === '' ? null : { username, nonce: this.#nonce }
      const answer = await this.#exchange(turnRequest({ method, attributes, signer }))
      const isFirst = this.#nonce === ''
      this.#nonce = attributeText(answer, ATTRIBUTE.nonce) || this.#nonce
      if (!isFirst) return codeOf(answer)
    }
  }

  /** Asks again until there is an answer: the relay may be starting. */
  async #exchange(packet: Buffer): Promise<StunMessage> {
    const send = (): void => this.#socket.send(packet, this.#port, HOST)
    const timer = setInterval(send, 200)
    try {
      const answered = once(this.#socket, 'message')
      send()
      const [bytes] = (await answered) as [Buffer]
      const answer = parseStun(bytes)
      if (answer === null) throw new Error('not a STUN message')
      return answer
    } finally {
      clearInterval(timer)
    }
  }
}

async function startClosedRelay(): Promise<number> {
  const options = { host: HOST, port: 0, publicAddress: HOST, secret: SECRET, realm: REALM }
  const relay = await startRelay(options)
  ends.push(() => relay.close())
  return relay.port
}

async function startCoturn(): Promise<number> {
  const probe = createSocket('udp4')
  probe.bind(0, HOST)
  await once(probe, 'listening')
  const { port } = probe.address()
  await new Promise<void>((resolve) => probe.close(resolve))
  const child: ChildProcess = spawn(
    COTURN,
    [
      ...['-n', '--use-auth-secret', `--static-auth-secret=${SECRET}`, `--realm=${REALM}`],
      ...[`--listening-ip=${HOST}`, `--relay-ip=${HOST}`, `--listening-port=${port}`],
      ...['--no-cli', '--no-tls', '--no-dtls', '--no-tcp', '--log-file=stdout', '--pidfile='],
    ],
    { stdio: 'ignore' },
  )
  ends.push(async () => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  })
  return port
}

function hasCoturn(): boolean {
  try {
    accessSync(COTURN, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const RELAYS: readonly (readonly [string, () => Promise<number>])[] = [
  ['the closed relay', startClosedRelay],
  ...(hasCoturn() ? ([['coturn', startCoturn]] as const) : []),
]

describe.each(RELAYS)('[RL9] [LK72] a credential that has run out, at %s', (_name, start) => {
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  it('makes no allocation, and refreshes the one that it has made', async () => {
    const port = await start()
    const username = usernameOf('someone', Date.now(), LIFETIME_SECONDS)
    const holder = new Client(port)
    expect(await holder.ask(username, METHOD.allocate, udpTransport)).toBe(0)
    await expect
      .poll(() => new Client(port).ask(username, METHOD.allocate, udpTransport), {
        timeout: 20_000,
      })
      .toBe(401)
    for (let times = 0; times < 3; times++) {
      expect(await holder.ask(username, METHOD.refresh)).toBe(0)
    }
  })
})
