import { MAX_FRAME_BYTES } from './protocol.ts'

/** What one client may cost the service. Passed in as one record, so that tests can tighten single ones. */
export type Limits = {
  /** Longest frame; a longer one closes the socket with 1009 before it is held in memory. */
  readonly frameBytes: number
  /** Fragments one frame may come in; a browser sends one. */
  readonly fragments: number
  /** Sockets in all; a further one is answered 503. */
  readonly sockets: number
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
  headersMs: 10_000,
  requestMs: 15_000,
}
