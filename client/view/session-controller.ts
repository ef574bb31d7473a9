import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Session } from '../session/snapshots.ts'

/** What a page may draw: its session's snapshot, or that there is none to draw. */
export type Seen<Snapshot> =
  | { readonly type: 'seen'; readonly snapshot: Snapshot }
  | { readonly type: 'waiting' }
  | { readonly type: 'broken' }

/**
 * Ties an element to its session: draws again on each change, lets go when the element leaves the
 * page. A session that throws is told as `broken`, so that the page can say so instead of going blank.
 */
export class SessionController<Snapshot> implements ReactiveController {
  readonly #host: ReactiveControllerHost
  #session: Session<Snapshot> | null = null
  #end: (() => void) | null = null
  #connected = false

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  /** Another session takes the place of the one before; closing them is their owner's part. */
  watch(session: Session<Snapshot> | null): void {
    if (session === this.#session) return
    this.#unsubscribe()
    this.#session = session
    this.#subscribe()
    this.#host.requestUpdate()
  }

  seen(): Seen<Snapshot> {
    if (this.#session === null) return { type: 'waiting' }
    try {
      return { type: 'seen', snapshot: this.#session.snapshot() }
    } catch {
      return { type: 'broken' }
    }
  }

  hostConnected(): void {
    this.#connected = true
    this.#subscribe()
  }

  hostDisconnected(): void {
    this.#connected = false
    this.#unsubscribe()
  }

  #subscribe(): void {
    if (!this.#connected || this.#end !== null) return
    this.#end = this.#session?.subscribe(() => this.#host.requestUpdate()) ?? null
  }

  #unsubscribe(): void {
    this.#end?.()
    this.#end = null
  }
}
