import * as Y from 'yjs'
import type { Log } from './log.ts'
import { encodeUpdate } from './update-encoder.ts'
import type { UpdateItem } from './update-item.ts'

/** One entry of the open epoch, and what gives its sealed form: the same bytes each time. */
export type ReplicaItem = Omit<UpdateItem, 'sealed'> & { readonly seal: () => Uint8Array }

const NOT_SEALED_YET = new Uint8Array()

/**
 * The Yjs document that carries the open epoch of a log. It is made when somebody asks: reading a
 * conversation needs none. And what it holds from the beginning is sealed when it is first sent,
 * since most of it never is: a peer that comes again has it.
 */
export class Replica {
  readonly #items: () => readonly ReplicaItem[]
  #doc: Y.Doc | null = null

  /** `items` gives all entries of the open epoch. */
  constructor(items: () => readonly ReplicaItem[]) {
    this.#items = items
  }

  doc(): Y.Doc {
    this.#doc ??= this.#build()
    return this.#doc
  }

  /** Brings the document up to date, in one transaction. `items` is asked only when there is one. */
  add(items: () => readonly ReplicaItem[]): void {
    if (this.#doc === null) return
    const sealed = items().map(({ seal, ...place }) => ({ ...place, sealed: seal() }))
    Y.applyUpdate(this.#doc, encodeUpdate(sealed))
  }

  /**
   * Lets go of bodies: puts the stripped forms in the place of the whole ones, without an update,
   * since to Yjs they are the same items. `items` is asked only when there is a document.
   */
  strip(items: () => readonly ReplicaItem[]): void {
    if (this.#doc !== null) sealLater(this.#doc, items())
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
