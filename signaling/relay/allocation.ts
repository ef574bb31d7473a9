import type { RelayLimits } from './limits.ts'
import { TokenBucket } from './token-bucket.ts'

/** Where a packet came from: what a 5-tuple leaves open when the server's side is one port. */
export type Client = {
  /** One text for transport, address and port: equal for equal 5-tuples and for no others. */
  readonly key: string
  /** How answers and data reach it; TLS is `tcp`. */
  readonly transport: 'udp' | 'tcp'
  readonly address: string
  readonly port: number
}

/** Whose allocation it is, as proved when it was made. */
export type Owner = {
  readonly username: string
  /** The part of the username that quotas count. */
  readonly id: string
  readonly key: Uint8Array
  /** When the credential ran out or will, in milliseconds. */
  readonly credentialEndsAt: number
}

export type BindOutcome = 'bound' | 'conflict' | 'full'

/** One relayed address of an allocation: what permissions, channels and data name. Compared as an object. */
export type Endpoint = { readonly allocation: Allocation; readonly family: number }

type Held = { readonly peer: Endpoint; readonly data: Uint8Array; readonly until: number }
type Channel = { readonly number: number; readonly peer: Endpoint; expiresAt: number }

export const DEFAULT_LIFETIME_MS = 10 * 60 * 1000
/** RFC 8656 §9. */
export const PERMISSION_LIFETIME_MS = 5 * 60 * 1000
/** RFC 8656 §12. */
export const CHANNEL_LIFETIME_MS = 10 * 60 * 1000
/** A browser gives up a check later than that; by then it has sent another. */
const HELD_MS = 2_000
/** One datagram, on any path browsers assume. */
const MAX_HELD_BYTES = 1_500

/**
 * One relayed port, at an address of one or both families, with its permissions and channels
 * (RFC 8656 §2.2–2.4). Peers are other allocations' addresses, held as objects and not as ports: a
 * port that is given out anew inherits nothing. All times in milliseconds of one clock.
 */
export class Allocation {
  readonly client: Client
  readonly owner: Owner
  readonly relayedPort: number
  expiresAt: number
  lastUsedAt: number
  #closed = false
  #held: Held | null = null
  readonly #endpoints: Map<number, Endpoint>
  readonly #limits: RelayLimits
  readonly #bucket: TokenBucket
  readonly #permissions = new Map<Endpoint, number>()
  readonly #channels = new Map<number, Channel>()
  readonly #channelsByPeer = new Map<Endpoint, Channel>()

  constructor(of: {
    readonly client: Client
    readonly owner: Owner
    readonly relayedPort: number
    readonly families: readonly number[]
    readonly expiresAt: number
    readonly now: number
    readonly limits: RelayLimits
  }) {
    this.client = of.client
    this.owner = of.owner
    this.relayedPort = of.relayedPort
    this.#endpoints = new Map(
      of.families.map((family) => [family, { allocation: this, family } as const]),
    )
    this.expiresAt = of.expiresAt
    this.lastUsedAt = of.now
    this.#limits = of.limits
    this.#bucket = new TokenBucket({
      perSecond: of.limits.bytesPerSecond,
      burst: of.limits.burstBytes,
      now: of.now,
    })
  }

  isLive(now: number): boolean {
    return !this.#closed && this.expiresAt > now && now - this.lastUsedAt < this.#limits.idleMs
  }

  /** Its address of a family; `null` when it has none there. */
  endpoint(family: number): Endpoint | null {
    return this.#endpoints.get(family) ?? null
  }

  /** Gives one of two addresses back; false when it is the only one. */
  dropFamily(family: number): boolean {
    return this.#endpoints.size > 1 && this.#endpoints.delete(family)
  }

  /** Ends it for good and lets go of its peers. */
  close(): void {
    this.#closed = true
    this.#held = null
    this.#permissions.clear()
    this.#channels.clear()
    this.#channelsByPeer.clear()
  }

  /** How many more peers can be permitted after what has run out is forgotten. */
  permissionRoom(now: number): number {
    this.prune(now)
    return this.#limits.permissionsPerAllocation - this.#permissions.size
  }

  hasPermission(peer: Endpoint): boolean {
    return this.#permissions.has(peer)
  }

  /** Lets `peer` in for five minutes, from now. The caller has looked at `permissionRoom`. */
  permit(peer: Endpoint, now: number): void {
    this.#permissions.set(peer, now + PERMISSION_LIFETIME_MS)
  }

  permits(peer: Endpoint, now: number): boolean {
    return (this.#permissions.get(peer) ?? 0) > now
  }

  /** Binds or renews a channel, and permits its peer (RFC 8656 §12.2). */
  bind(number: number, peer: Endpoint, now: number): BindOutcome {
    this.prune(now)
    const held = this.#channels.get(number) ?? this.#channelsByPeer.get(peer)
    if (held === undefined) {
      const permissionFits = this.#permissions.has(peer) || this.permissionRoom(now) > 0
      const channelFits = this.#channels.size < this.#limits.channelsPerAllocation
      if (!channelFits || !permissionFits) return 'full'
      const channel = { number, peer, expiresAt: now + CHANNEL_LIFETIME_MS }
      this.#channels.set(number, channel)
      this.#channelsByPeer.set(peer, channel)
    } else {
      if (held.number !== number || held.peer !== peer) return 'conflict'
      held.expiresAt = now + CHANNEL_LIFETIME_MS
    }
    this.permit(peer, now)
    return 'bound'
  }

  /** The peer behind one of this allocation's channels. */
  peerOf(number: number, now: number): Endpoint | null {
    const channel = this.#channels.get(number)
    return channel !== undefined && channel.expiresAt > now ? channel.peer : null
  }

  /** The channel by which data from `peer` reaches this allocation's client. */
  channelTo(peer: Endpoint, now: number): number | null {
    const channel = this.#channelsByPeer.get(peer)
    return channel !== undefined && channel.expiresAt > now ? channel.number : null
  }

  /** Keeps a copy of the last data for a peer who has not permitted this allocation yet. */
  hold(peer: Endpoint, data: Uint8Array, now: number): void {
    if (data.length > MAX_HELD_BYTES) return
    this.#held = { peer, data: Uint8Array.from(data), until: now + HELD_MS }
  }

  /** What was held for `peer`, once; `null` when there is nothing or it is too old. */
  release(peer: Endpoint, now: number): Uint8Array | null {
    const held = this.#held
    if (held?.peer !== peer) return null
    this.#held = null
    return held.until > now ? held.data : null
  }

  /** Counts what the client sends; false when the link is full. */
  take(bytes: number, now: number): boolean {
    return this.#bucket.take(bytes, now)
  }

  /** Forgets what has run out and whose peer is gone. */
  prune(now: number): void {
    for (const [peer, expiresAt] of this.#permissions) {
      if (expiresAt <= now || !isLive(peer, now)) this.#permissions.delete(peer)
    }
    for (const [number, { peer, expiresAt }] of this.#channels) {
      if (expiresAt > now && isLive(peer, now)) continue
      this.#channels.delete(number)
      this.#channelsByPeer.delete(peer)
    }
  }
}

/** Whether data can still reach the address. */
export function isLive(endpoint: Endpoint, now: number): boolean {
  const { allocation, family } = endpoint
  return allocation.isLive(now) && allocation.endpoint(family) === endpoint
}
