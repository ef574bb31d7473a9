import * as Y from 'yjs'
import type { Log } from './log.ts'
import { encodeUpdate } from './update-encoder.ts'
import type { UpdateItem } from './update-item.ts'

/**
 * The Yjs document that carries the open epoch of a log. It is made when somebody asks: reading a
 * conversation needs none.
 */
export class Replica {
  readonly #items: () => readonly UpdateItem[]
  #doc: Y.Doc | null = null

  /** `items` gives all entries of the open epoch. */
  constructor(items: () => readonly UpdateItem[]) {
    this.#items = items
  }

  doc(): Y.Doc {
    this.#doc ??= this.#build()
    return this.#doc
  }

  /** Brings the document up to date, in one transaction. `items` is asked only when there is one. */
  add(items: () => readonly UpdateItem[]): void {
    if (this.#doc !== null) Y.applyUpdate(this.#doc, encodeUpdate(items()))
  }

  /**
   * Lets go of bodies: puts the stripped forms in the place of the whole ones, without an update,
   * since to Yjs they are the same items. `items` is asked only when there is a document.
   */
  strip(items: () => readonly UpdateItem[]): void {
    const store = this.#doc?.store
    if (store === undefined) return
    for (const { client, clock, sealed } of items()) {
      const { content } = Y.getItem(store, Y.createID(client, clock))
      if (content instanceof Y.ContentBinary) content.content = sealed
    }
  }

  /** Another epoch is open: the next document is a new one. The old one stays whole for the link that still holds it. */
  turn(): void {
    this.#doc = null
  }

  destroy(): void {
    this.#doc?.destroy()
    this.#doc = null
  }

  #build(): Y.Doc {
    const doc = new Y.Doc({ gc: false })
    const items = this.#items()
    if (items.length > 0) Y.applyUpdate(doc, encodeUpdate(items))
    return doc
  }
}

const replicas = new WeakMap<Log, Replica>()

/** Ties a log to its replica. Called once, when the log opens. */
export function bindReplica(log: Log, replica: Replica): void {
  replicas.set(log, replica)
}

/**
 * The Yjs document of a log's open epoch, for the link adapter and for nobody else. It only reads
 * from it and sends what it says: whatever comes in goes through `log.receive`, which brings the
 * document up to date itself. Once another epoch is open, this gives another document.
 */
export function replicaOf(log: Log): Y.Doc {
  const replica = replicas.get(log)
  if (replica === undefined) throw new Error('this log has no replica')
  return replica.doc()
}
