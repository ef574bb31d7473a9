import type { Vault } from '../../client/storage/ports.ts'
import { StorageError } from '../../client/storage/ports.ts'
import { MemoryStore } from '../helpers/memory-store.ts'
import type { ShopStorage } from './stored-shop.ts'

/** A storage in memory, in the clear. */
export class MemoryStorage implements ShopStorage {
  readonly #records = new Map<string, Uint8Array>()
  #entries = new MemoryStore()

  get entries(): MemoryStore {
    return this.#entries
  }

  readonly vault: Vault = {
    read: (name) => Promise.resolve(this.#records.get(name)?.slice() ?? null),
    write: (name, bytes) => Promise.resolve(void this.#records.set(name, bytes.slice())),
    remove: (name) => Promise.resolve(void this.#records.delete(name)),
    names: (prefix) =>
      Promise.resolve([...this.#records.keys()].filter((name) => name.startsWith(prefix)).sort()),
  }

  eraseAll(): Promise<void> {
    this.#records.clear()
    this.#entries = new MemoryStore()
    return Promise.resolve()
  }
}

/**
 * How the n-th write goes wrong. `full`: it is refused, and the next is tried as usual. `before` and
 * `after`: the browser dies ahead of it or just behind it, and nothing is answered any more.
 */
export type Mishap = 'full' | 'before' | 'after'

/** A storage whose `number`-th write, from 0, goes wrong. */
export class MishapStorage implements ShopStorage {
  readonly #inner: ShopStorage
  readonly #mishap: Mishap
  #left: number
  #isDead = false
  /** Whether it came to that write. */
  happened = false

  constructor(inner: ShopStorage, mishap: Mishap, number: number) {
    this.#inner = inner
    this.#mishap = mishap
    this.#left = number
  }

  readonly vault: Vault = {
    read: (name) => this.#ask(() => this.#inner.vault.read(name)),
    names: (prefix) => this.#ask(() => this.#inner.vault.names(prefix)),
    write: (name, bytes) => this.#write(() => this.#inner.vault.write(name, bytes)),
    remove: (name) => this.#write(() => this.#inner.vault.remove(name)),
  }

  readonly entries: ShopStorage['entries'] = {
    load: (log) => this.#ask(() => this.#inner.entries.load(log)),
    put: (log, entries) => this.#write(() => this.#inner.entries.put(log, entries)),
    strip: (log, ids) => this.#write(() => this.#inner.entries.strip(log, ids)),
    erase: (log) => this.#write(() => this.#inner.entries.erase(log)),
  }

  eraseAll(): Promise<void> {
    return this.#write(() => this.#inner.eraseAll())
  }

  async #ask<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.#isDead) throw new StorageError('unavailable')
    return work()
  }

  async #write(work: () => Promise<void>): Promise<void> {
    if (this.#isDead) throw new StorageError('unavailable')
    if (this.#left-- !== 0) return work()
    this.happened = true
    if (this.#mishap === 'full') throw new StorageError('full')
    if (this.#mishap === 'after') await work()
    this.#isDead = true
    throw new StorageError('unavailable')
  }
}

/** This storage, with another way to load a log. */
export function loadingBy(storage: ShopStorage, load: ShopStorage['entries']['load']): ShopStorage {
  const { vault, entries } = storage
  return {
    vault,
    entries: {
      load,
      put: (log, rows) => entries.put(log, rows),
      strip: (log, ids) => entries.strip(log, ids),
      erase: (log) => entries.erase(log),
    },
    eraseAll: () => storage.eraseAll(),
  }
}
