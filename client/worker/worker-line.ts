import type { Clock } from '../clock.ts'
import { parseAnswer, wrapRequest, type Result, type Work } from './worker-protocol.ts'

/** A worker that says nothing for so long, with work to do, is given up. A batch costs the slowest phone five seconds. */
export const SILENCE_MS = 30_000

/** The outside of a worker, as far as it is needed here: the browser's `Worker` is one. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  addEventListener(
    type: 'message' | 'messageerror' | 'error',
    listener: (event: Event) => void,
  ): void
  terminate(): void
}

export type WorkerLineParts = {
  /** Starts a worker that runs `crypto-worker.ts`; may throw. */
  readonly spawn: () => WorkerLike
  readonly clock: Clock
}

type State =
  | { readonly type: 'idle' }
  | { readonly type: 'running'; readonly worker: WorkerLike; readonly hasAnswered: boolean }
  /** Closed, or no worker can start here. */
  | { readonly type: 'ended' }

/**
 * One worker and the work that it has been given. The worker starts with the first piece of work.
 * One that is lost after it answered is replaced at the next need; one that never answered is not.
 */
export class WorkerLine {
  readonly #parts: WorkerLineParts
  readonly #pending = new Map<number, (result: Result | null) => void>()
  #state: State = { type: 'idle' }
  #nextId = 0
  #stopWatch: (() => void) | null = null

  constructor(parts: WorkerLineParts) {
    this.#parts = parts
  }

  /** What came of the work; `null` when there is no worker to do it, or it was lost meanwhile. */
  ask(work: Work): Promise<Result | null> {
    const worker = this.#running()
    if (worker === null) return Promise.resolve(null)
    const id = this.#nextId++
    return new Promise((resolve) => {
      this.#pending.set(id, resolve)
      if (this.#stopWatch === null) this.#watch()
      const { message, transfer } = wrapRequest({ id, work })
      worker.postMessage(message, transfer)
    })
  }

  close(): void {
    this.#end({ type: 'ended' })
  }

  #running(): WorkerLike | null {
    if (this.#state.type === 'running') return this.#state.worker
    if (this.#state.type === 'ended') return null
    try {
      const worker = this.#parts.spawn()
      worker.addEventListener('message', (event) => this.#hear(worker, event))
      for (const type of ['error', 'messageerror'] as const) {
        worker.addEventListener(type, () => this.#lose(worker))
      }
      this.#state = { type: 'running', worker, hasAnswered: false }
      return worker
    } catch {
      this.#state = { type: 'ended' } // an old browser or a strict policy: the page does the work
      return null
    }
  }

  #hear(worker: WorkerLike, event: Event): void {
    if (this.#state.type !== 'running' || this.#state.worker !== worker) return
    const answer = parseAnswer('data' in event ? event.data : null)
    const settle = answer === null ? undefined : this.#pending.get(answer.id)
    if (answer === null || settle === undefined) return this.#lose(worker)
    this.#state = { type: 'running', worker, hasAnswered: true }
    this.#pending.delete(answer.id)
    this.#watch()
    settle(answer.result)
  }

  #lose(worker: WorkerLike): void {
    if (this.#state.type !== 'running' || this.#state.worker !== worker) return
    this.#end({ type: this.#state.hasAnswered ? 'idle' : 'ended' })
  }

  /** Ends the worker; what it still had to do gets `null`. */
  #end(next: State): void {
    if (this.#state.type === 'running') this.#state.worker.terminate()
    this.#state = next
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    this.#watch()
    for (const settle of lost) settle(null)
  }

  /** From now on the worker may be silent for so long, if it has work. */
  #watch(): void {
    this.#stopWatch?.()
    this.#stopWatch = null
    if (this.#pending.size === 0 || this.#state.type !== 'running') return
    const { worker } = this.#state
    this.#stopWatch = this.#parts.clock.after(SILENCE_MS, () => this.#lose(worker))
  }
}
