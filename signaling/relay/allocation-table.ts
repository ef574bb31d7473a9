import { Allocation } from './allocation.ts'
import type { Client, Owner } from './allocation.ts'
import { quotaSource } from './ip-address.ts'
import type { RelayLimits } from './limits.ts'

/** Browsers throw away a candidate below port 1024 (libwebrtc, `Candidate` verification). */
export const FIRST_RELAYED_PORT = 1024
export const LAST_RELAYED_PORT = 65_535
/** With a quarter of the ports taken, all tries fail once in 2¹²⁸ times. */
const PORT_TRIES = 64

export type OpenOutcome = Allocation | 'quota' | 'no-port'

/** All allocations, by the client's 5-tuple and by relayed port. Nothing expired is ever handed out. */
export class AllocationTable {
  readonly #limits: RelayLimits
  readonly #randomPort: () => number
  readonly #byClient = new Map<string, Allocation>()
  readonly #byPort = new Map<number, Allocation>()
  readonly #perUser = new Map<string, number>()
  readonly #perAddress = new Map<string, number>()

  /** `randomPort` draws from `FIRST_RELAYED_PORT` to `LAST_RELAYED_PORT`, unpredictably. */
  constructor(limits: RelayLimits, randomPort: () => number) {
    this.#limits = limits
    this.#randomPort = randomPort
  }

  get size(): number {
    return this.#byClient.size
  }

  ofClient(key: string, now: number): Allocation | null {
    return this.#live(this.#byClient.get(key), now)
  }

  atPort(port: number, now: number): Allocation | null {
    return this.#live(this.#byPort.get(port), now)
  }

  /** The caller has seen that the client has none yet. */
  open(of: {
    readonly client: Client
    readonly owner: Owner
    readonly evenPort: boolean
    readonly families: readonly number[]
    readonly lifetimeMs: number
    readonly now: number
  }): OpenOutcome {
    const { client, owner, families, now } = of
    const limits = this.#limits
    const source = quotaSource(client.address)
    if (
      this.size >= limits.allocations ||
      (this.#perUser.get(owner.id) ?? 0) >= limits.allocationsPerUser ||
      (this.#perAddress.get(source) ?? 0) >= limits.allocationsPerAddress
    ) {
      return 'quota'
    }
    const relayedPort = this.#freePort(of.evenPort)
    if (relayedPort === null) return 'no-port'
    const expiresAt = now + of.lifetimeMs
    const allocation = new Allocation({
      client,
      owner,
      relayedPort,
      families,
      expiresAt,
      now,
      limits,
    })
    this.#byClient.set(client.key, allocation)
    this.#byPort.set(relayedPort, allocation)
    count(this.#perUser, owner.id, 1)
    count(this.#perAddress, source, 1)
    return allocation
  }

  /** Harmless when it is gone already. */
  close(allocation: Allocation): void {
    if (!this.#byPort.delete(allocation.relayedPort)) return
    this.#byClient.delete(allocation.client.key)
    count(this.#perUser, allocation.owner.id, -1)
    count(this.#perAddress, quotaSource(allocation.client.address), -1)
    allocation.close()
  }

  /** Frees what has run out, whole allocations and entries within them. */
  sweep(now: number): void {
    for (const allocation of this.#byPort.values()) {
      if (allocation.isLive(now)) allocation.prune(now)
      else this.close(allocation)
    }
  }

  #live(allocation: Allocation | undefined, now: number): Allocation | null {
    if (allocation === undefined || allocation.isLive(now)) return allocation ?? null
    this.close(allocation)
    return null
  }

  #freePort(even: boolean): number | null {
    for (let tries = 0; tries < PORT_TRIES; tries++) {
      const drawn = this.#randomPort()
      const port = even ? drawn & ~1 : drawn
      if (!this.#byPort.has(port)) return port
    }
    return null
  }
}

function count(counts: Map<string, number>, key: string, change: number): void {
  const next = (counts.get(key) ?? 0) + change
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}
