import { MAX_FRAME_BYTES } from './protocol.ts'

/** What one client may cost the service. Passed in as one record, so that tests can tighten single ones. */
export type Limits = {
  /** Longest frame; a longer one closes the socket with 1009 before it is held in memory. */
  readonly frameBytes: number
  /** Fragments one frame may come in; a browser sends one. */
  readonly fragments: number
  /** Sockets in all; a further one is answered 503. */
  readonly sockets: number
  /** When so many are open, addresses that lately broke rules get no new one: the rest is for the others. */
  readonly socketsForAll: number
  /** Sockets of one address that have joined a topic; a carrier puts thousands of phones behind one. */
  readonly socketsPerAddress: number
  /** Connections and sockets of one address that have not: the oldest makes room for the newest. */
  readonly waitingPerAddress: number
  /** Upgrades of one address that are answered; a refused one costs little less than one let in. */
  readonly arrivals: Rate
  /** Sockets of one address that join their first topic. */
  readonly newSockets: Rate
  /** Frames of one address; above, each of its sockets is held to a quarter of its own rate. */
  readonly framesOfAddress: Rate
  /** Broken rules of one address before it counts as a bad one. */
  readonly faults: Rate
  /** Requests of one address for relay credentials. */
  readonly iceRequests: Rate
  /** Relay credentials for one shop, where shops are known. */
  readonly credentialsOfShop: Rate
  /** Addresses that are counted at once, and how long one without anything open is remembered. */
  readonly addresses: number
  readonly addressMemoryMs: number
  /** TCP connections in all: the sockets, and room for the pages. */
  readonly connections: number
  /** Topics of an ordinary socket. */
  readonly topics: number
  /** Topics of a socket that has proven an inbox: a desk has one for each visit. */
  readonly topicsOfInbox: number
  readonly socketsPerTopic: number
  readonly frames: Rate
  /** A desk answers many shoppers at once: 60 that start together cost it 400 frames in three seconds. */
  readonly framesOfInbox: Rate
  /** Knocks of one socket: a shopper knocks every few seconds at most. */
  readonly knocks: Rate
  /** Longest frame to an inbox: a knock is 1,024 bytes, 1,370 characters and its topic. */
  readonly knockChars: number
  /** Bytes that wait for a slow reader before it is closed. */
  readonly bufferedBytes: number
  /** A socket that has not sent a frame by then is closed. */
  readonly firstFrameMs: number
  /** Time between two pings; a socket that has not stirred since the last one is dead. */
  readonly heartbeatMs: number
  /** From our close frame to cutting the connection. */
  readonly closeMs: number
  /** When the service stops, sockets are closed over so long, or so long for each where they are few. */
  readonly drainMs: number
  readonly drainMsPerSocket: number
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number
  /** From the first byte of a request to its end. */
  readonly requestMs: number
}

/** A token bucket: `burst` frames at once, refilled by `perSecond`. */
export type Rate = { readonly perSecond: number; readonly burst: number }

export const DEFAULT_LIMITS: Limits = {
  frameBytes: MAX_FRAME_BYTES,
  fragments: 16,
  sockets: 10_000,
  socketsForAll: 8_000,
  socketsPerAddress: 500,
  waitingPerAddress: 500,
  arrivals: { perSecond: 500, burst: 1_000 },
  newSockets: { perSecond: 50, burst: 500 },
  framesOfAddress: { perSecond: 5_000, burst: 20_000 },
  faults: { perSecond: 0.2, burst: 20 },
  iceRequests: { perSecond: 50, burst: 500 },
  credentialsOfShop: { perSecond: 20, burst: 1_000 },
  addresses: 50_000,
  addressMemoryMs: 120_000,
  connections: 12_000,
  topics: 32,
  topicsOfInbox: 256,
  socketsPerTopic: 128,
  frames: { perSecond: 50, burst: 200 },
  framesOfInbox: { perSecond: 500, burst: 2_000 },
  knocks: { perSecond: 2, burst: 10 },
  knockChars: 2_048,
  bufferedBytes: 1024 * 1024,
  firstFrameMs: 5_000,
  heartbeatMs: 30_000,
  closeMs: 2_000,
  drainMs: 3_000,
  drainMsPerSocket: 5,
  headersMs: 10_000,
  requestMs: 15_000,
}
