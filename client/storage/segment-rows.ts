import { randomBytes, toBase64Url } from '@hamsa/crypto'
import type { LogId } from '../conversation/log.ts'
import type { SignedEntry } from '../conversation/signed-entry.ts'
import { StaleKeys, type KeyRing } from './key-ring.ts'
import { StorageError } from './ports.ts'
import { openRow, sealRow, type RowContext } from './sealed-row.ts'
import { decodeSegment } from './segment-decoder.ts'
import { encodeSegment } from './segment-encoder.ts'
import type { SegmentSize } from './segment-packing.ts'
import { hiddenName, type StorageKeys } from './storage-keys.ts'

/** Keys are stored in full with each row, so they are short; a name that is taken already fails the put. */
const NAME_BYTES = 9

/** One segment as it rests. A row never changes: it is replaced by another under a name of its own. */
export type SegmentRow = {
  /** Random; tells nothing. */
  readonly name: string
  readonly entries: readonly SignedEntry[]
  readonly size: SegmentSize
}

/** A row that was to be replaced is not there any more: another tab was faster. */
export class RowsChanged extends StorageError {
  constructor() {
    super('unavailable')
  }
}

type SealedSegment = { readonly row: SegmentRow; readonly sealed: Uint8Array }

type Values = { readonly names: readonly string[]; readonly values: readonly unknown[] }

/** The rows of one log. */
export class SegmentRows {
  readonly #keyRing: KeyRing
  readonly #subtle: SubtleCrypto
  readonly #log: LogId
  readonly #context: RowContext

  constructor(keyRing: KeyRing, subtle: SubtleCrypto, log: LogId) {
    this.#keyRing = keyRing
    this.#subtle = subtle
    this.#log = log
    this.#context = { label: 'hamsa/storage/segment/1', name: log }
  }

  /** All rows that open, and how many do not. */
  async readAll(
    keys: StorageKeys,
  ): Promise<{ readonly rows: SegmentRow[]; readonly damaged: number }> {
    const log = await this.#logName(keys)
    const { names, values } = await this.#valuesAtOnce(keys, log).catch((error: unknown) => {
      if (error instanceof StaleKeys) throw error
      return this.#valuesOneByOne(keys, log)
    })
    const rows = await this.#openAll(keys, names, values)
    return { rows, damaged: names.length - rows.length }
  }

  /** Those of the named rows that are there and open. */
  async read(keys: StorageKeys, names: readonly string[]): Promise<SegmentRow[]> {
    const log = await this.#logName(keys)
    const values = await this.#keyRing.transact(keys, 'segments', 'readonly', (transaction) => {
      const store = transaction.objectStore('segments')
      return Promise.all(names.map((name) => store.get([log, name])))
    })
    return this.#openAll(keys, names, values)
  }

  /**
   * Puts `segments` in the place of the rows named `old`, all in one transaction. Rejects with
   * `RowsChanged`, and changes nothing, when one of the old rows is not there.
   */
  async replace(
    keys: StorageKeys,
    old: readonly string[],
    segments: readonly (readonly SignedEntry[])[],
  ): Promise<SegmentRow[]> {
    const log = await this.#logName(keys)
    // Encrypted first: a transaction of IndexedDB ends as soon as one waits for something else.
    // One after another, so that the page has its turn between two of eighty.
    const fresh: SealedSegment[] = []
    for (const entries of segments) fresh.push(await this.#seal(keys, entries))
    await this.#keyRing.transact(keys, 'segments', 'readwrite', async (transaction) => {
      const store = transaction.objectStore('segments')
      const found = await Promise.all(old.map((name) => store.getKey([log, name])))
      if (found.includes(undefined)) throw new RowsChanged()
      // `async`: what fails at once rejects like the rest, and none is left unheard.
      await Promise.all([
        ...fresh.map(async ({ row, sealed }) => store.add(sealed, [log, row.name])),
        ...old.map(async (name) => store.delete([log, name])),
      ])
    })
    return fresh.map(({ row }) => row)
  }

  async removeAll(keys: StorageKeys): Promise<void> {
    const range = rangeOf(await this.#logName(keys))
    await this.#keyRing.transact(keys, 'segments', 'readwrite', (transaction) =>
      transaction.objectStore('segments').delete(range),
    )
  }

  #logName(keys: StorageKeys): Promise<string> {
    return hiddenName(this.#subtle, keys, 'hamsa/storage/log-name/1', this.#log)
  }

  #valuesAtOnce(keys: StorageKeys, log: string): Promise<Values> {
    return this.#keyRing.transact(keys, 'segments', 'readonly', async (transaction) => {
      const store = transaction.objectStore('segments')
      const range = rangeOf(log)
      const [rowKeys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
      return { names: rowKeys.map(([, name]) => name), values }
    })
  }

  /**
   * Chromium keeps large values in files of their own, and one that is lost or cut short fails every
   * request that it is part of. Rejects when the database itself does not answer.
   */
  async #valuesOneByOne(keys: StorageKeys, log: string): Promise<Values> {
    const names = await this.#names(keys, log)
    const values: unknown[] = []
    for (const name of names) {
      const value = this.#keyRing.transact(keys, 'segments', 'readonly', (transaction) =>
        transaction.objectStore('segments').get([log, name]),
      )
      values.push(await value.catch(() => null)) // no row: counted as damaged
    }
    await this.#names(keys, log) // it still answers, so what failed were the rows
    return { names, values }
  }

  async #names(keys: StorageKeys, log: string): Promise<string[]> {
    const rowKeys = await this.#keyRing.transact(keys, 'segments', 'readonly', (transaction) =>
      transaction.objectStore('segments').getAllKeys(rangeOf(log)),
    )
    return rowKeys.map(([, name]) => name)
  }

  async #seal(keys: StorageKeys, entries: readonly SignedEntry[]): Promise<SealedSegment> {
    const bytes = encodeSegment(entries)
    const sealed = await sealRow(this.#subtle, keys.segments, this.#context, bytes)
    const size = { entries: entries.length, bytes: bytes.length }
    return { row: { name: toBase64Url(randomBytes(NAME_BYTES)), entries, size }, sealed }
  }

  async #openAll(
    keys: StorageKeys,
    names: readonly string[],
    values: readonly unknown[],
  ): Promise<SegmentRow[]> {
    const rows = await Promise.all(
      names.map(async (name, index): Promise<SegmentRow | null> => {
        const opened = await openRow(this.#subtle, keys.segments, this.#context, values[index])
        if (opened.type !== 'opened') return null
        const entries = decodeSegment(opened.bytes)
        if (entries === null) return null
        return { name, entries, size: { entries: entries.length, bytes: opened.bytes.length } }
      }),
    )
    return rows.filter((row) => row !== null)
  }
}

function rangeOf(log: string): IDBKeyRange {
  return IDBKeyRange.bound([log], [log, []]) // an array sorts after every text (IndexedDB §2.4)
}
