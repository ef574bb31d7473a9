import { ByteReader, ByteWriter } from '@hamsa/crypto'
import { Listeners } from '../listeners.ts'
import { StorageError, type Vault } from '../storage/ports.ts'
import type { Disclosure, DisclosureState } from './snapshots.ts'

const RECORD = 'disclosure'
const RECORD_VERSION = 1

/** As the chats that people know do it, until they choose otherwise. */
const ALL: Disclosure = { seen: true, typing: true }

/** The person's choice, kept over reloads. */
export class DisclosureChoice {
  readonly #vault: Vault
  readonly #listeners = new Listeners()
  #state: DisclosureState

  private constructor(vault: Vault, value: Disclosure) {
    this.#vault = vault
    this.#state = { ...value, stored: true }
  }

  /** A damaged record tells nothing to anybody until the person chooses anew. Throws `StorageError`. */
  static async load(vault: Vault): Promise<DisclosureChoice> {
    const bytes = await vault.read(RECORD)
    const value = bytes === null ? ALL : (decode(bytes) ?? { seen: false, typing: false })
    return new DisclosureChoice(vault, value)
  }

  get state(): DisclosureState {
    return this.#state
  }

  /** Counts at once; resolves when it was stored, or is known not to be. */
  async choose({ seen, typing }: Disclosure): Promise<void> {
    const chosen = { seen, typing, stored: true }
    this.#enter(chosen)
    try {
      await this.#vault.write(RECORD, encode(chosen))
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      if (this.#state === chosen) this.#enter({ ...chosen, stored: false })
    }
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  #enter(state: DisclosureState): void {
    this.#state = state
    this.#listeners.notify()
  }
}

/** version 1 ‖ seen ‖ typing, each 0 or 1. */
function encode({ seen, typing }: Disclosure): Uint8Array {
  return new ByteWriter()
    .uint(RECORD_VERSION, 1)
    .uint(seen ? 1 : 0, 1)
    .uint(typing ? 1 : 0, 1)
    .finish()
}

function decode(bytes: Uint8Array): Disclosure | null {
  const reader = new ByteReader(bytes)
  reader.version(RECORD_VERSION)
  const [seen, typing] = [reader.uint(1), reader.uint(1)]
  if (!reader.end() || seen > 1 || typing > 1) return null
  return { seen: seen === 1, typing: typing === 1 }
}
