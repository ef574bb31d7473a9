import { open, randomBytes, seal } from '@hamsa/crypto'
import { SerialQueue } from '../conversation/serial-queue.ts'
import type { Database } from './database.ts'
import { PASSCODE_SALT_BYTES, unwrapKeyRecord, wrapKeyRecord } from './key-record.ts'
import { CONTENT_KEY, type KeyRing } from './key-ring.ts'
import {
  addTry,
  encodeTries,
  NO_TRIES,
  parseTries,
  retryAtOf,
  settleTries,
  type PasscodeTries,
} from './passcode-tries.ts'
import { StorageError, type LockState, type PasscodeLock, type UnlockResult } from './ports.ts'
import { makeStorageKeys } from './storage-keys.ts'
import type { StretchPassphrase } from '@hamsa/crypto'

/** Name in the object store `keys`. */
const WRONG_TRIES = 'wrong-tries'

export type PasscodeLockParts = {
  readonly database: Database
  readonly keys: KeyRing
  readonly subtle: SubtleCrypto
  readonly stretch: StretchPassphrase
  /** Unix milliseconds. */
  readonly now: () => number
}

/**
 * Seals the content key under the passcode. What the content key encrypts stays as it is: setting,
 * changing and taking away the passcode put one small record, in one transaction.
 */
export class ContentKeyLock implements PasscodeLock {
  readonly #parts: PasscodeLockParts
  /** Tries and changes come one after another, in the order of asking. */
  readonly #queue = new SerialQueue()

  constructor(parts: PasscodeLockParts) {
    this.#parts = parts
  }

  async state(): Promise<LockState> {
    const { keys, now } = this.#parts
    const stored = await keys.stored()
    const salt = stored?.record.salt ?? null
    if (stored === null || salt === null) return { type: 'unguarded' }
    if (keys.holds(stored.record)) return { type: 'unlocked' }
    const tries = await this.#changeTries((before) => settleTries(before, now()))
    return { type: 'locked', retryAtMs: retryAtOf(tries) }
  }

  unlock(passcode: string): Promise<UnlockResult> {
    return this.#queue.run(() => this.#unlock(passcode))
  }

  setPasscode(passcode: string | null): Promise<void> {
    return this.#queue.run(() => this.#setPasscode(passcode))
  }

  async lock(): Promise<void> {
    const { keys } = this.#parts
    keys.forget()
    // What an unlocking brings that was asked for before this goes too.
    await this.#queue.run(() => Promise.resolve(keys.forget()))
  }

  async #unlock(passcode: string): Promise<UnlockResult> {
    const { keys, subtle, now } = this.#parts
    const stored = await keys.stored()
    const salt = stored?.record.salt ?? null
    if (stored === null || salt === null) return { type: 'unlocked' }
    const { wrappingKey, record } = stored
    const sealed = await unwrapKeyRecord(subtle, wrappingKey, record)
    if (sealed === null) throw new StorageError('corrupt')

    const nowMs = now()
    let before = NO_TRIES
    const counted = await this.#changeTries((tries) => {
      before = settleTries(tries, nowMs)
      return nowMs < retryAtOf(before) ? before : addTry(before, nowMs)
    })
    if (counted === before) {
      return { type: 'refused', reason: 'too-early', retryAtMs: retryAtOf(before) }
    }

    const stretched = await this.#stretch(passcode, salt, before)
    const contentKey = open(stretched, sealed)
    if (contentKey === null) {
      return { type: 'refused', reason: 'wrong', retryAtMs: retryAtOf(counted) }
    }
    const opened = await makeStorageKeys(subtle, { id: record.id, contentKey, wrappingKey })
    await this.#changeTries(() => NO_TRIES)
    keys.hold(opened)
    return { type: 'unlocked' }
  }

  /** A try that could not be made is not counted. */
  async #stretch(passcode: string, salt: Uint8Array, before: PasscodeTries): Promise<Uint8Array> {
    try {
      return await this.#parts.stretch(passcode, salt)
    } catch {
      await this.#changeTries(() => before)
      throw new StorageError('unavailable')
    }
  }

  async #setPasscode(passcode: string | null): Promise<void> {
    const { keys, subtle, stretch } = this.#parts
    await keys.use(async (held) => {
      const { id, contentKey, wrappingKey } = held
      const salt = passcode === null ? null : randomBytes(PASSCODE_SALT_BYTES)
      const secret =
        passcode === null || salt === null
          ? contentKey
          : seal(await stretch(passcode, salt), contentKey)
      const record = await wrapKeyRecord(subtle, wrappingKey, { id, salt }, secret)
      await keys.transact(held, 'keys', 'readwrite', async (transaction) => {
        const store = transaction.objectStore('keys')
        await Promise.all([store.put(record, CONTENT_KEY), store.delete(WRONG_TRIES)])
      })
    })
  }

  /** Reads and writes in one transaction: two tabs that try at once count as two. */
  #changeTries(change: (tries: PasscodeTries) => PasscodeTries): Promise<PasscodeTries> {
    return this.#parts.database.run(['keys'], 'readwrite', async (transaction) => {
      const store = transaction.objectStore('keys')
      const before = parseTries(await store.get(WRONG_TRIES))
      const after = change(before)
      if (after === NO_TRIES) await store.delete(WRONG_TRIES)
      else if (after !== before) await store.put(encodeTries(after), WRONG_TRIES)
      return after
    })
  }
}
