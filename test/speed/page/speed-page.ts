/* Runs in Chromium over its own IndexedDB and worker, driven by a test or benchmark through `window.speedPage`. */
import { openDB, type IDBPDatabase } from 'idb'
import { replicaOf } from '../../../client/conversation/replica.ts'
import { messagesOf } from '../../../client/session/message-list.ts'
import { Receipts } from '../../../client/session/receipts.ts'
import { indexedStorage } from '../../../client/storage/indexed-storage.ts'
import { pausePage } from '../../../client/worker/page-pause.ts'
import { makeCryptoWorkerSpawner } from '../../../client/worker/spawn-crypto-worker.ts'
import { openWorkerCrypto } from '../../../client/worker/worker-crypto.ts'
import { loadPlain, StoredTalk, type PlainTalk, type TalkNotes } from '../stored-talk.ts'

/**
 * What can be timed. `plain`: Yjs takes the same values from memory, and WebCrypto verifies the heads;
 * `plain-read`: the same, out of IndexedDB. `open`: a log out of its encrypted storage, down to what
 * a screen draws from. `messages`: and each message's text. `document`: and the Yjs document of the
 * open epoch, as a link asks for it.
 */
export type Timed = 'plain' | 'plain-read' | 'open' | 'messages' | 'document'

const clock = {
  now: () => Date.now(),
  after(delayMs: number, run: () => void) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
const workers = openWorkerCrypto({
  spawn: makeCryptoWorkerSpawner(window),
  clock,
  pause: pausePage,
})

function openStorage(name: string) {
  return indexedStorage(name, {
    subtle: crypto.subtle,
    manager: navigator.storage,
    stretch: workers.stretch,
    now: clock.now,
  })
}

const storage = openStorage('hamsa-speed')

/** What the next page needs to open the talk again; in the clear, since nobody's words are in it. */
function openNotes(): Promise<IDBPDatabase> {
  return openDB('speed-notes', 1, {
    upgrade: (database) => void database.createObjectStore('notes'),
  })
}

async function readNotes<Value>(key: string): Promise<Value> {
  const database = await openNotes()
  const value: unknown = await database.get('notes', key)
  database.close()
  return value as Value // what this very file has put
}

async function keepNotes(key: string, value: unknown): Promise<void> {
  const database = await openNotes()
  await database.put('notes', value, key)
  database.close()
}

let talk: StoredTalk | null = null
let plain: PlainTalk | null = null

const speedPage = {
  /** Signs and stores a talk of so many messages. */
  async prepareTalk(count: number): Promise<void> {
    talk = await StoredTalk.make(storage.entries, count)
    await keepNotes('talk', talk.notes())
  },

  /** Keeps the same talk in plain Yjs; on the page that made it. */
  async preparePlain(): Promise<void> {
    if (talk === null) throw new Error('nothing was made on this page')
    await keepNotes('plain', talk.plain())
  },

  /** Bytes that the browser says this origin takes. */
  async usage(): Promise<number> {
    return (await navigator.storage.estimate()).usage ?? 0
  },

  /** Milliseconds that it takes, once. */
  async time(what: Timed): Promise<number> {
    talk ??= StoredTalk.again(storage.entries, await readNotes<TalkNotes>('talk'))
    if (what === 'plain') plain ??= await readNotes<PlainTalk>('plain')
    const startMs = performance.now()
    switch (what) {
      case 'plain':
        if (plain !== null) await loadPlain(plain)
        break
      case 'plain-read':
        await loadPlain(await readNotes<PlainTalk>('plain'))
        break
      default: {
        const log = await talk.open()
        const snapshot = log.snapshot()
        if (what !== 'open') {
          const self = talk.shop.publicKey
          messagesOf({
            log: snapshot,
            self: (author) => author.every((byte, index) => byte === self[index]),
            receipts: new Receipts(),
            linkOpen: false,
            nowMs: clock.now(),
            keyOf: () => null,
          })
        }
        if (what === 'document') replicaOf(log)
        const tookMs = performance.now() - startMs
        log.close()
        return tookMs
      }
    }
    return performance.now() - startMs
  },
}

export type SpeedPage = typeof speedPage

declare global {
  interface Window {
    speedPage: SpeedPage
  }
}
window.speedPage = speedPage
