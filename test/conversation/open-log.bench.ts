import { bench, describe } from 'vitest'
import * as Y from 'yjs'
import { LogWorld } from '../helpers/log-peer.ts'

const ENTRIES = 1_000

// Made here and not in a hook: benchmarks run without them.
const world = new LogWorld()
const author = await world.peer()
for (let index = 0; index < ENTRIES; index++) await author.say('x'.repeat(300))
const plain = Y.encodeStateAsUpdate(author.doc)

/** The price of a log that nobody can forge, beside the same bytes in a plain Yjs document. */
describe(`a conversation of ${ENTRIES} entries of 300 bytes`, () => {
  bench('plain Yjs loads the bytes', () => {
    Y.applyUpdate(new Y.Doc(), plain)
  })

  bench('the log opens: unsealed, chained, verified, ordered', async () => {
    const { log } = await world.peer({ self: author.self, store: author.store.copy() })
    log.close()
  })
})
