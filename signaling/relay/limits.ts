/** What bounds one connection. Times in milliseconds of `now`'s clock. */
export type StreamBounds = {
  /** What may wait for a slow reader; beyond, data is dropped as on a full link. */
  readonly queuedBytesPerConnection: number
  /** A message that has begun must be whole by then. */
  readonly frameMs: number
  /** How long a connection may be without an allocation. */
  readonly withoutAllocationMs: number
}

/** What bounds all connections over TCP and TLS. */
export type StreamLimits = StreamBounds & {
  /** Connections at once, in all. */
  readonly connections: number
  /** Connections at once from one address. */
  readonly connectionsPerAddress: number
  /** What may wait for slow readers, all together. */
  readonly queuedBytes: number
}

/** What one relay gives away. Every figure is a cap: more is refused, never queued. */
export type RelayLimits = StreamLimits & {
  /** Of a connection over TCP: its first byte, and its TLS handshake, must be there by then. */
  readonly firstByteMs: number
  /** Allocations at once, in all. Below half the ports, so that a free port is found at once. */
  readonly allocations: number
  /** Allocations at once of one credential id: a desk holds one or two for each open conversation. */
  readonly allocationsPerUser: number
  /** Allocations at once from one address: wide, since a carrier puts thousands of phones behind one. */
  readonly allocationsPerAddress: number
  /** Peers one allocation may permit: a browser permits each candidate of one other browser. */
  readonly permissionsPerAllocation: number
  readonly channelsPerAllocation: number
  /** What one allocation may send. */
  readonly bytesPerSecond: number
  /** What it may send at once: a congestion window at `bytesPerSecond` over a slow path fits in. */
  readonly burstBytes: number
  /** Longest lifetime granted, whatever is asked for. */
  readonly maxLifetimeMs: number
  /** How long an allocation may be held beyond the end of its credential. */
  readonly beyondCredentialMs: number
  /** An allocation over which nothing has come or gone for so long is freed before its time. */
  readonly idleMs: number
  /** Answers a second to one source that shows no credential (challenges, Binding), four seconds' worth at once. */
  readonly challengesPerSecond: number
  /** How often what has run out is looked for. */
  readonly sweepMs: number
}

const KIB = 1024
const MIB = 1024 * KIB
const SECOND_MS = 1_000
const MINUTE_MS = 60_000

export const DEFAULT_LIMITS: RelayLimits = {
  allocations: 16_384,
  allocationsPerUser: 1_024,
  allocationsPerAddress: 4_096,
  permissionsPerAllocation: 64,
  channelsPerAllocation: 64,
  bytesPerSecond: 16 * MIB,
  burstBytes: 8 * MIB,
  maxLifetimeMs: 60 * MINUTE_MS,
  beyondCredentialMs: 24 * 60 * MINUTE_MS,
  idleMs: 15 * MINUTE_MS,
  challengesPerSecond: 500,
  sweepMs: 5 * SECOND_MS,
  connections: 8_192,
  connectionsPerAddress: 2_048,
  queuedBytesPerConnection: 512 * KIB,
  queuedBytes: 128 * MIB,
  frameMs: 10 * SECOND_MS,
  withoutAllocationMs: 15 * SECOND_MS,
  firstByteMs: 10 * SECOND_MS,
}
