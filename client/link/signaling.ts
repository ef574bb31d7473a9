import type { SigningPair } from '@hamsa/crypto'

/** Whether the signalling service answers; `online` counts only after a pong. */
export type SignalingState = 'offline' | 'connecting' | 'online'

/** What a service that serves known shops alone asks of who listens at an inbox. */
export type InboxPass = {
  /** Encoded inbox certificate. Shown only to a service that does not know the inbox. */
  readonly certificate: Uint8Array
  /** One-time token that makes the shop known, if there is one now. */
  readonly claim: () => string | null
  /** Whether the service serves this shop; called at each verdict. */
  readonly onVerdict: (isServed: boolean) => void
}

/**
 * A tab's one connection to the signalling service: rooms of links and the session's own frames
 * (knocks, answers) share it. It reconnects by itself and joins its topics again.
 */
export interface Signaling {
  state(): SignalingState
  /** Called on each change of state; returns the unsubscriber. */
  subscribe(listener: (state: SignalingState) => void): () => void
  /** Joins a topic; `onData` gets the opaque data that others publish there. Returns the leaver. */
  join(topic: string, onData: (data: unknown) => void): () => void
  /** Joins the inbox topic of this key by proof, again after each reconnect. Returns the leaver. */
  joinInbox(key: SigningPair, onData: (data: unknown) => void, pass?: InboxPass): () => void
  /** Sends to the others of a topic; `false` when it could not be sent now (it is not queued). */
  publish(topic: string, data: unknown): boolean
  /** Page shown again, network back: tries at once. */
  wake(): void
  close(): void
}
