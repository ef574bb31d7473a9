import type { Doc } from 'yjs'
import type { Log } from './log.ts'

const replicas = new WeakMap<Log, Doc>()

/** Ties a log to the Yjs document that carries its entries. Called once, when the log opens. */
export function bindReplica(log: Log, doc: Doc): void {
  replicas.set(log, doc)
}

/**
 * The Yjs document of a log, for the link adapter and for nobody else. It only reads from it and
 * sends what it says: whatever comes in goes through `log.receive`, which brings the document up to
 * date itself, after storing.
 */
export function replicaOf(log: Log): Doc {
  const doc = replicas.get(log)
  if (doc === undefined) throw new Error('this log has no replica')
  return doc
}
