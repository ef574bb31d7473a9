import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findNatsServer, type NatsServer, startNatsServer } from '../../helpers/nats-server.ts'
import { SignalClient } from '../../helpers/signal-client.ts'

const PROGRAM = fileURLToPath(new URL('../../../dist/signaling/main.js', import.meta.url))
const LONG = process.env.HAMSA_LONG === '1'
const PROCESSES = 3
const PAIRS = LONG ? 50 : 12
const KILLS = LONG ? 30 : 4
const PATIENCE = { timeout: 60_000, interval: 100 }

/** One process of the service, at the same port after each start. */
class Process {
  #port = 0
  #child: ChildProcess | null = null
  readonly #env: Readonly<Record<string, string>>
  readonly #cwd: string

  constructor(env: Readonly<Record<string, string>>, cwd: string) {
    this.#env = env
    this.#cwd = cwd
  }

  get signalUrl(): string {
    return `ws://127.0.0.1:${this.#port}/signal`
  }

  async start(): Promise<void> {
    const env = { ...this.#env, PORT: String(this.#port) }
    const child = spawn(process.execPath, [PROGRAM], { cwd: this.#cwd, env })
    this.#child = child
    const line = await once(child.stdout, 'data').then((data: unknown[]) => String(data[0]))
    this.#port = Number(/:(\d+)\/desk/.exec(line)?.[1])
  }

  async kill(): Promise<void> {
    if (this.#child === null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
    this.#child = null
  }
}

/** As a browser does it: when its process goes, it goes to another one and joins its topic again. */
class Visitor {
  readonly heard = new Set<unknown>()
  readonly #processes: readonly Process[]
  readonly #topic: string
  #next: number
  #client: SignalClient | null = null
  #gone = false

  constructor(processes: readonly Process[], first: number, topic: string) {
    this.#processes = processes
    this.#next = first
    this.#topic = topic
    void this.#stay()
  }

  say(word: string): void {
    this.#client?.send({ type: 'publish', topic: this.#topic, data: word })
  }

  async leave(): Promise<void> {
    this.#gone = true
    await this.#client?.close()
  }

  async #stay(): Promise<void> {
    while (!this.#gone) {
      const url = this.#processes[this.#next++ % PROCESSES]?.signalUrl ?? ''
      const client = await SignalClient.open(url).catch(() => null)
      if (client === null) continue
      client.socket.on('message', (data: Buffer) => {
        const frame: unknown = JSON.parse(data.toString())
        if (typeof frame === 'object' && frame !== null && 'data' in frame) {
          this.heard.add(frame.data)
        }
      })
      client.send({ type: 'subscribe', topics: [this.#topic] })
      this.#client = client
      await client.closed
    }
  }
}

describe.skipIf(findNatsServer() === null)('three processes on one nats-server', () => {
  let nats: NatsServer
  let cwd: string
  let processes: readonly Process[] = []

  beforeAll(async () => {
    nats = await startNatsServer()
    cwd = await mkdtemp(join(tmpdir(), 'hamsa-three-'))
    const env = { NATS_URL: `nats://${nats.address}`, RELAY: 'off', DATA_DIR: join(cwd, 'data') }
    processes = Array.from({ length: PROCESSES }, () => new Process(env, cwd))
    await Promise.all(processes.map((one) => one.start()))
  })
  afterAll(async () => {
    await Promise.all(processes.map((one) => one.kill()))
    await nats.kill()
    await rm(cwd, { recursive: true })
  })

  it(
    `[SG74] ${PAIRS} pairs meet again after each of ${KILLS} kills`,
    { timeout: 10 * 60_000 },
    async () => {
      const pairs = Array.from({ length: PAIRS }, (_, index) => {
        const meet = (first: number) => new Visitor(processes, first, `pair ${index}`)
        return [meet(index), meet(index + 1)] as const
      })
      /** Both ends of each pair hear a word that was not said before. */
      const allMeet = async (round: string): Promise<void> => {
        await Promise.all(
          pairs.map(async ([left, right]) => {
            const isThere = (): boolean => {
              left.say(`${round} from left`)
              right.say(`${round} from right`)
              return left.heard.has(`${round} from right`) && right.heard.has(`${round} from left`)
            }
            await expect.poll(isThere, PATIENCE).toBe(true)
          }),
        )
      }
      await allMeet('at first')
      for (let kill = 0; kill < KILLS; kill++) {
        const victim = processes[kill % PROCESSES]
        await victim?.kill()
        await allMeet(`without ${kill}`)
        await victim?.start()
        await allMeet(`with ${kill}`)
      }
      await Promise.all(pairs.flat().map((visitor) => visitor.leave()))
    },
  )
})
