import { openBackup, type BackupEnd, type BackupOptions } from '@hamsa/crypto'
import { isLaterRecord, parseRecord } from './record-codec.ts'
import type { RecoveryRecord } from './recovery-record.ts'

/** The records of a sealed recovery file, read once from its beginning, and what is to be said of it after that. */
export class OpenedFile {
  readonly #chunks: AsyncIterable<Uint8Array>
  readonly #options: BackupOptions
  #end: BackupEnd | null = null
  #isLost = false
  #hasLater = false

  constructor(chunks: AsyncIterable<Uint8Array>, options: BackupOptions) {
    this.#chunks = chunks
    this.#options = options
  }

  /** In the order of the file; `null` stands for one that `parseRecord` does not take. Who leaves off early closes the file. */
  async *records(): AsyncGenerator<RecoveryRecord | null, void> {
    for await (const bytes of this.#open()) {
      const record = parseRecord(bytes)
      this.#hasLater ||= record === null && isLaterRecord(bytes)
      yield record
    }
  }

  /**
   * How the reading ended. `null` when it did not come to an end: whoever read had enough. A source
   * that failed under way (a stick pulled out, a file moved) left the file cut short.
   */
  get end(): BackupEnd | null {
    return this.#isLost ? { type: 'fault', fault: 'cut-short' } : this.#end
  }

  /** A record came that only a later Hamsa can read. */
  get hasLater(): boolean {
    return this.#hasLater
  }

  async *#open(): AsyncGenerator<Uint8Array, void> {
    this.#end = yield* openBackup(this.#readable(), this.#options)
  }

  async *#readable(): AsyncGenerator<Uint8Array, void> {
    try {
      yield* this.#chunks
    } catch {
      this.#isLost = true
    }
  }
}
