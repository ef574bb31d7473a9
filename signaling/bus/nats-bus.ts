import type { NatsConnection, NodeConnectionOptions, Subscription } from '@nats-io/transport-node'
import { MAX_FRAME_BYTES } from '../protocol.ts'
import type { Bus } from './bus.ts'
import { subjectOf } from './subject.ts'

/** `connect` of `@nats-io/transport-node`, an optional package: loaded where a bus is asked for. */
export type ConnectNats = (options: NodeConnectionOptions) => Promise<NatsConnection>

export type NatsServers = {
  /** `host:port` each. */
  readonly servers: readonly string[]
  readonly isEncrypted: boolean
  readonly user: string | null
  readonly password: string | null
}

export type NatsBusDeps = {
  readonly connect: ConnectNats
  /** Called when texts begin, or cease, to get through. */
  readonly onChange: (isUp: boolean) => void
}

/** Between two tries to reach a server; as much again at random. */
const RETRY_MS = 500
const PING_MS = 10_000
const MAX_LOST_PINGS = 2
/** After the client library has given a connection up. */
const RENEW_MS = 1_000
const MAX_BYTES = MAX_FRAME_BYTES

/** One listener of one topic, and its subscription while there is a connection. */
type Listening = {
  readonly subject: string
  readonly onText: (text: string) => void
  subscription: Subscription | null
}

/** Begins to connect at once, tries for ever, and works from the moment that it has. */
export function openNatsBus(servers: NatsServers, deps: NatsBusDeps): Bus {
  return new NatsBus(servers, deps)
}

class NatsBus implements Bus {
  readonly #options: NodeConnectionOptions
  readonly #deps: NatsBusDeps
  readonly #listening = new Set<Listening>()
  #connection: NatsConnection | null = null
  #isUp = false
  #closed = false
  #renewal: NodeJS.Timeout | null = null

  constructor({ servers, isEncrypted, user, password }: NatsServers, deps: NatsBusDeps) {
    this.#deps = deps
    this.#options = {
      servers: [...servers],
      noEcho: true, // what this process publishes it has given to its own sockets already
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: RETRY_MS,
      reconnectJitter: RETRY_MS,
      pingInterval: PING_MS,
      maxPingOut: MAX_LOST_PINGS,
      ...(isEncrypted ? { tls: {} } : {}),
      ...(user === null ? {} : { user, pass: password ?? '' }),
    }
    void this.#run()
  }

  publish(topic: string, text: string): void {
    // What cannot be sent now is not worth sending later: who it was for has gone on.
    if (this.#isUp) this.#connection?.publish(subjectOf(topic), text)
  }

  subscribe(topic: string, onText: (text: string) => void): () => void {
    const listening: Listening = { subject: subjectOf(topic), onText, subscription: null }
    this.#listening.add(listening)
    this.#listen(listening)
    return () => {
      if (!this.#listening.delete(listening)) return
      const { subscription } = listening
      if (subscription?.isClosed() === false) subscription.unsubscribe()
    }
  }

  isUp(): boolean {
    return this.#isUp
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#renewal !== null) clearTimeout(this.#renewal)
    this.#listening.clear()
    this.#enter(false)
    await this.#connection?.close()
  }

  /** From one connection to its end; then another one. */
  async #run(): Promise<void> {
    try {
      const connection = await this.#deps.connect(this.#options)
      if (this.#isClosed()) return await connection.close()
      this.#connection = connection
      for (const listening of this.#listening) this.#listen(listening)
      this.#enter(true)
      void this.#watch(connection)
      await connection.closed()
    } catch {
      // Not even tried: an address that is none, for one. It may be mended while this process runs.
    }
    this.#connection = null
    this.#enter(false)
    if (!this.#isClosed()) this.#renewal = setTimeout(() => void this.#run(), RENEW_MS)
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') this.#enter(false)
      if (type === 'reconnect') this.#enter(true) // the library has subscribed again by then
    }
  }

  #listen(listening: Listening): void {
    if (this.#connection === null || this.#connection.isClosed()) return
    listening.subscription = this.#connection.subscribe(listening.subject, {
      callback: (error, message) => {
        if (error === null && message.data.length <= MAX_BYTES) listening.onText(message.string())
      },
    })
  }

  #enter(isUp: boolean): void {
    if (isUp === this.#isUp || (isUp && this.#closed)) return
    this.#isUp = isUp
    this.#deps.onChange(isUp)
  }

  /** Asked after an `await`, where the compiler holds the field for unchanged. */
  #isClosed(): boolean {
    return this.#closed
  }
}
