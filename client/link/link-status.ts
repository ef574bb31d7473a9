import { Listeners } from '../listeners.ts'
import type { LinkFailure, LinkState } from './link.ts'
import type { AttemptPhase } from './peer-attempt.ts'
import type { SignalingState } from './signaling.ts'

/** What a link's state follows from, besides its last failure. */
export type LinkView = {
  readonly closed: boolean
  readonly signaling: SignalingState
  readonly attempts: readonly AttemptPhase[]
}

/** A link's state, and who wants to know of it. A failure stands until something gets past it. */
export class LinkStatus {
  readonly #look: () => LinkView
  readonly #listeners = new Listeners<[LinkState]>()
  #state: LinkState = { type: 'offline' }
  #failure: LinkFailure | null = null

  constructor(look: () => LinkView) {
    this.#look = look
  }

  get state(): LinkState {
    return this.#state
  }

  subscribe(listener: (state: LinkState) => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  fail(failure: LinkFailure): void {
    this.#failure = failure
    this.update()
  }

  /** This failure, or any, is past. */
  recover(from: LinkFailure | 'any'): void {
    if (from !== 'any' && this.#failure !== from) return
    this.#failure = null
    this.update()
  }

  /** To be called when something that the state follows from has changed. */
  update(): void {
    const state = stateOf(this.#look(), this.#failure)
    if (isSame(state, this.#state)) return
    this.#state = state
    this.#listeners.notify(state)
  }

  clear(): void {
    this.#listeners.clear()
  }
}

function stateOf(
  { closed, signaling, attempts }: LinkView,
  failure: LinkFailure | null,
): LinkState {
  if (closed) return { type: 'closed' }
  const open = attempts.filter((phase) => phase.type === 'open')
  if (open[0] !== undefined) {
    return { type: 'open', peers: open.map(({ peer }) => peer), proof: open[0].proof }
  }
  if (signaling !== 'online') return { type: 'offline' }
  if (failure !== null) return { type: 'failed', failure }
  return { type: attempts.length > 0 ? 'connecting' : 'waiting' }
}

/** Whether two states tell a listener the same. */
function isSame(left: LinkState, right: LinkState): boolean {
  if (left.type === 'open' && right.type === 'open') {
    const samePeers = left.peers.every((peer, index) => peer === right.peers[index])
    return samePeers && left.peers.length === right.peers.length && left.proof === right.proof
  }
  if (left.type === 'failed' && right.type === 'failed') return left.failure === right.failure
  return left.type === right.type
}
