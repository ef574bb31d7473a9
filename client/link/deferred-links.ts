import type { SigningPublicKey } from '@hamsa/crypto'
import { Listeners } from '../listeners.ts'
import type { ControlFrame } from './control-frame.ts'
import type { FileLane } from './file-lane.ts'
import type { Link, LinkRequest, LinkState, LivePeer, OpenLink } from './link.ts'

/**
 * Links whose code comes later: people read and write before anything is connected. `load` is called
 * at once, and a link waits until it has resolved; when it fails, the link has failed and the next one
 * asks again.
 */
export function deferLinks(load: () => Promise<OpenLink>): OpenLink {
  let loaded: OpenLink | null = null
  let loading: Promise<OpenLink> | null = null
  const loadOnce = (): Promise<OpenLink> => {
    loading ??= load().then(
      (openLink) => (loaded = openLink),
      (error: unknown) => {
        loading = null
        throw error
      },
    )
    return loading
  }
  loadOnce().catch(() => undefined) // the next link asks again, and is told
  return (request) => loaded?.(request) ?? new DeferredLink(request, loadOnce())
}

class DeferredLink implements Link {
  readonly #stateListeners = new Listeners<[LinkState]>()
  readonly #controlListeners = new Listeners<[ControlFrame, LivePeer]>()
  #inner: Link | null = null
  /** While there is no inner link. */
  #state: LinkState = { type: 'waiting' }
  #closed = false

  constructor(request: LinkRequest, loading: Promise<OpenLink>) {
    loading.then(
      (openLink) => this.#begin(openLink, request),
      () => this.#enter({ type: 'failed', failure: 'not-loaded' }),
    )
  }

  state(): LinkState {
    return this.#inner?.state() ?? this.#state
  }

  subscribe(listener: (state: LinkState) => void): () => void {
    return this.#stateListeners.subscribe(listener)
  }

  send(frame: ControlFrame, to?: SigningPublicKey): void {
    this.#inner?.send(frame, to)
  }

  onControl(listener: (frame: ControlFrame, from: LivePeer) => void): () => void {
    return this.#controlListeners.subscribe(listener)
  }

  files(to: SigningPublicKey): FileLane | null {
    return this.#inner?.files(to) ?? null
  }

  wake(): void {
    this.#inner?.wake()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#inner?.close()
    this.#state = { type: 'closed' }
    this.#stateListeners.clear()
    this.#controlListeners.clear()
  }

  #enter(state: LinkState): void {
    if (this.#closed) return
    this.#state = state
    this.#stateListeners.notify(state)
  }

  #begin(openLink: OpenLink, request: LinkRequest): void {
    if (this.#closed) return
    const inner = openLink(request)
    this.#inner = inner
    inner.onControl((frame, from) => this.#controlListeners.notify(frame, from))
    inner.subscribe((state) => this.#stateListeners.notify(state))
    this.#stateListeners.notify(inner.state())
  }
}
