import type { Log } from './log.ts'
import type { UpdateItem } from './update-item.ts'

/** One entry of the open epoch, and what gives its sealed form: the same bytes each time. */
export type ReplicaItem = Omit<UpdateItem, 'sealed'> & { readonly seal: () => Uint8Array }

/** What is kept in step with the open epoch of a log: the Yjs document, once a link has asked for it. */
export interface ReplicaSink {
  /** Entries were added. */
  add(items: readonly ReplicaItem[]): void
  /** The bodies of these went. */
  strip(items: readonly ReplicaItem[]): void
  /** Another epoch is open. */
  turn(): void
  destroy(): void
}

/**
 * What a log has to say to its replica. Without Yjs: a conversation is read before a link is there,
 * and often without one. Each `items` is asked only when somebody listens.
 */
export class ReplicaFeed {
  /** All entries of the open epoch. */
  readonly items: () => readonly ReplicaItem[]
  #sink: ReplicaSink | null = null

  constructor(items: () => readonly ReplicaItem[]) {
    this.items = items
  }

  /** Who listens from now on. */
  listen(sink: ReplicaSink): void {
    this.#sink = sink
  }

  add(items: () => readonly ReplicaItem[]): void {
    this.#sink?.add(items())
  }

  strip(items: () => readonly ReplicaItem[]): void {
    this.#sink?.strip(items())
  }

  turn(): void {
    this.#sink?.turn()
  }

  destroy(): void {
    this.#sink?.destroy()
  }
}

const feeds = new WeakMap<Log, ReplicaFeed>()

/** Ties a log to its feed. Called once, when the log opens. */
export function bindFeed(log: Log, feed: ReplicaFeed): void {
  feeds.set(log, feed)
}

/** For `replica.ts`, and for nobody else. */
export function feedOf(log: Log): ReplicaFeed {
  const feed = feeds.get(log)
  if (feed === undefined) throw new Error('this log has no replica')
  return feed
}
