import * as Y from 'yjs'
import type { Log } from './log.ts'
import { feedOf, type ReplicaFeed, type ReplicaItem, type ReplicaSink } from './replica-feed.ts'
import { encodeUpdate } from './update-encoder.ts'

const NOT_SEALED_YET = new Uint8Array()

/**
 * The Yjs document that carries the open epoch of a log. It is made when somebody asks: reading a
 * conversation needs none. And what it holds from the beginning is sealed when it is first sent,
 * since most of it never is: a peer that comes again has it.
 */
class Replica implements ReplicaSink {
  readonly #feed: ReplicaFeed
  #doc: Y.Doc | null = null

  constructor(feed: ReplicaFeed) {
    this.#feed = feed
    feed.listen(this)
  }

  doc(): Y.Doc {
    this.#doc ??= this.#build()
    return this.#doc
  }

  /** Brings the document up to date, in one transaction. */
  add(items: readonly ReplicaItem[]): void {
    if (this.#doc === null) return
    const sealed = items.map(({ seal, ...place }) => ({ ...place, sealed: seal() }))
    Y.applyUpdate(this.#doc, encodeUpdate(sealed))
  }

  /**
   * Lets go of bodies: puts the stripped forms in the place of the whole ones, without an update,
   * since to Yjs they are the same items.
   */
  strip(items: readonly ReplicaItem[]): void {
    if (this.#doc !== null) sealLater(this.#doc, items)
  }

  /** The next document is a new one. The old one stays whole for the link that still holds it. */
  turn(): void {
    this.#doc = null
  }

  destroy(): void {
    this.#doc?.destroy()
    this.#doc = null
  }

  #build(): Y.Doc {
    const doc = new Y.Doc({ gc: false })
    const items = this.#feed.items()
    if (items.length === 0) return doc
    const unsealed = items.map((item) => ({ ...item, sealed: NOT_SEALED_YET }))
    Y.applyUpdate(doc, encodeUpdate(unsealed))
    sealLater(doc, items)
    return doc
  }
}

/** Lets the contents of these items be what `seal` gives, from the first time that Yjs looks at them. */
function sealLater(doc: Y.Doc, items: readonly ReplicaItem[]): void {
  for (const { client, clock, seal } of items) {
    const { content } = Y.getItem(doc.store, Y.createID(client, clock))
    if (!(content instanceof Y.ContentBinary)) throw new Error('an entry is one binary')
    let sealed: Uint8Array | null = null
    Object.defineProperty(content, 'content', {
      configurable: true,
      enumerable: true,
      get: () => (sealed ??= seal()),
    })
  }
}

const replicas = new WeakMap<Log, Replica>()

/**
 * The Yjs document of a log's open epoch, for the link adapter and for nobody else. It only reads
 * from it and sends what it says: whatever comes in goes through `log.receive`, which brings the
 * document up to date itself. Once another epoch is open, this gives another document.
 */
export function replicaOf(log: Log): Y.Doc {
  const replica = replicas.get(log) ?? new Replica(feedOf(log))
  replicas.set(log, replica)
  return replica.doc()
}
