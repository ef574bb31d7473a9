/* Runs in Chromium: the real storage over the browser's own IndexedDB, driven by a test through `window.storagePage`. */
import { toBase64Url } from '@hamsa/crypto'
import { parseLogId } from '../../../client/conversation/ids.ts'
import type { LogId } from '../../../client/conversation/log.ts'
import { indexedStorage } from '../../../client/storage/indexed-storage.ts'
import { StorageError, type Storage } from '../../../client/storage/ports.ts'
import { makeTalk } from '../entry-fixtures.ts'

/** The browser's own function is enough here: what is tested is where the result goes. */
async function stretch(passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  const text = new TextEncoder().encode(passphrase)
  const key = await crypto.subtle.importKey('raw', text, 'PBKDF2', false, ['deriveBits'])
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(salt), iterations: 10 }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256))
}

const storage: Storage = indexedStorage('hamsa-test', {
  subtle: crypto.subtle,
  manager: navigator.storage,
  stretch,
  now: () => 1_790_000_000_000, // stands still: no test waits for it
})

/** A log for each number. */
function logOf(place: number): LogId {
  const id = parseLogId(new Uint8Array(32).fill(place))
  if (id === null) throw new Error('32 bytes')
  return id
}

/** What came of it, as a test can be told: `done`, or the code of the failure. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof StorageError ? error.code : String(error)
  }
}

const storagePage = {
  passcode: storage.passcode,
  eraseAll: () => outcome(storage.eraseAll()),
  /** Puts a talk in one go. */
  putTalk(log: number, count: number, bodyBytes: number): Promise<string> {
    return outcome(storage.entries.put(logOf(log), makeTalk(count, bodyBytes)))
  },
  /** Puts one entry after another. */
  async putSingly(log: number, count: number, bodyBytes: number): Promise<string> {
    for (const entry of makeTalk(count, bodyBytes)) {
      const result = await outcome(storage.entries.put(logOf(log), [entry]))
      if (result !== 'done') return result
    }
    return 'done'
  },
  /**
   * Puts one entry after another until the page ends, and loads now and then, which merges. Resolves
   * with the ids of those that are stored, once there are `count`, and goes on.
   */
  putForEver(log: number, bodyBytes: number, count: number): Promise<readonly string[]> {
    const stored: string[] = []
    return new Promise((resolve, reject) => {
      const goOn = async (): Promise<void> => {
        for (;;) {
          for (const entry of makeTalk(20, bodyBytes)) {
            await storage.entries.put(logOf(log), [entry])
            stored.push(toBase64Url(entry.id))
            if (stored.length === count) resolve([...stored])
          }
          void storage.entries.load(logOf(log))
        }
      }
      goOn().catch(reject)
    })
  },
  /** A text as the body of one entry. */
  putText(log: number, text: string): Promise<string> {
    const body = new TextEncoder().encode(text)
    const [entry] = makeTalk(1, 0)
    if (entry === undefined) throw new Error('one entry')
    const content = { type: 'whole' as const, salt: new Uint8Array(16), body }
    return outcome(storage.entries.put(logOf(log), [{ ...entry, content }]))
  },
  async load(log: number): Promise<{ ids: string[]; damaged: number; loadMs: number }> {
    const startMs = performance.now()
    const { entries, damaged } = await storage.entries.load(logOf(log))
    const loadMs = performance.now() - startMs
    return { ids: entries.map(({ id }) => toBase64Url(id)), damaged, loadMs }
  },
  write: (name: string, text: string): Promise<string> =>
    outcome(storage.vault.write(name, new TextEncoder().encode(text))),
  async read(name: string): Promise<string> {
    let text = ''
    const result = await outcome(
      storage.vault.read(name).then((bytes) => {
        text = bytes === null ? 'nothing' : new TextDecoder().decode(bytes)
      }),
    )
    return result === 'done' ? text : result
  },
}

declare global {
  interface Window {
    storagePage: typeof storagePage
  }
}
window.storagePage = storagePage
