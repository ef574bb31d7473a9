import type { Brand, SigningPair, SigningPublicKey } from '@hamsa/crypto'
import type { Log } from '../conversation/log.ts'
import type { ControlFrame } from './control-frame.ts'
import type { FileLane } from './file-lane.ts'

/** Room on the signalling service: 43 base64url characters, fresh for each visit. */
export type Topic = Brand<string, 'Topic'>
/** What seals signalling for a visit: 43 base64url characters (256 bits). */
export type RoomKey = Brand<string, 'RoomKey'>

const NAME_SHAPE = /^[A-Za-z0-9_-]{43}$/

/** Derived or received text as a topic, or `null` when it has not the shape. */
export function parseTopic(text: string): Topic | null {
  return NAME_SHAPE.test(text) ? (text as Topic) : null
}

/** Derived text as a room key, or `null` when it has not the shape. */
export function parseRoomKey(text: string): RoomKey | null {
  return NAME_SHAPE.test(text) ? (text as RoomKey) : null
}

/** Which end of the channel handshake one is; also says what the other end must prove. */
export type LinkRole = 'shop' | 'shopper'

/** A key that the channel handshake has proven to be live. */
export type LivePeer = {
  readonly key: SigningPublicKey
  /** Encoded device certificate, when the peer showed one; checked by `admit`. */
  readonly certificate: Uint8Array | null
  /** The epoch that it had open when it connected. */
  readonly epoch: number
}

/** How this end is known to be relayed: read from the live connection's statistics, not from its settings. */
export type RelayProof = {
  readonly localCandidate: 'relay'
  readonly remoteCandidate: 'relay' | 'prflx'
}

export type LinkFailure =
  /** `/ice` gave no relay: nothing is started. */
  | 'no-relay'
  /** The service gives relays to the shops that it knows, and this is none of them. */
  | 'unknown-shop'
  /** The relay did not answer, or gave no allocation. */
  | 'relay-unreachable'
  /** The live connection was not relayed; it was closed. */
  | 'relay-not-proven'
  /** The link's own code could not be loaded: the page is older than the service, or the network is gone. */
  | 'not-loaded'
  /** The other end could not prove a key that `admit` takes. */
  | 'peer-refused'

export type LinkState =
  /** Signalling is not reachable. */
  | { readonly type: 'offline' }
  /** Announced; nobody is there yet. */
  | { readonly type: 'waiting' }
  | { readonly type: 'connecting' }
  | { readonly type: 'open'; readonly peers: readonly LivePeer[]; readonly proof: RelayProof }
  | { readonly type: 'failed'; readonly failure: LinkFailure }
  | { readonly type: 'closed' }

export type LinkRequest = {
  readonly log: Log
  readonly topic: Topic
  readonly roomKey: RoomKey
  readonly role: LinkRole
  readonly signing: SigningPair
  /** Own encoded device certificate; `null` for a shopper. */
  readonly certificate: Uint8Array | null
  /** Inbox topic of the shop, for which a service that serves known shops alone is asked for a relay. */
  readonly inbox?: string
  /** Whether a proven key may have the log. Called once a handshake, before one byte of the log goes out. */
  readonly admit: (peer: LivePeer) => Promise<boolean>
}

/**
 * Keeps one log in step with peers, and carries control frames and files.
 *
 * - No byte of the log leaves before relay proof and channel handshake have passed.
 * - After `close()` nothing stays open: no peer connection, timer or subscription.
 */
export interface Link {
  state(): LinkState
  /** Called on each change of state; returns the unsubscriber. */
  subscribe(listener: (state: LinkState) => void): () => void
  /** To every open peer, or to the one with this key; lost without blame when none is open. */
  send(frame: ControlFrame, to?: SigningPublicKey): void
  /** Control frames of proven peers. Returns the unsubscriber. */
  onControl(listener: (frame: ControlFrame, from: LivePeer) => void): () => void
  /** For files, to the open peer with this key and from it; `null` when it is not open. */
  files(to: SigningPublicKey): FileLane | null
  /** Wakes a sleeping link: page shown again, network back. */
  wake(): void
  close(): void
}

/** Opens links; `wire.ts` gives the adapter. */
export type OpenLink = (request: LinkRequest) => Link
