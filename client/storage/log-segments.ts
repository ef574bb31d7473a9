import type { EntryId } from '../conversation/log.ts'
import { SerialQueue } from '../conversation/serial-queue.ts'
import type { SignedEntry } from '../conversation/signed-entry.ts'
import { ById } from '../conversation/by-id.ts'
import { distinctEntries } from './distinct-entries.ts'
import type { KeyRing } from './key-ring.ts'
import type { LoadedLog } from './ports.ts'
import { isLoose, packSegments } from './segment-packing.ts'
import { RowsChanged, type SegmentRow, type SegmentRows } from './segment-rows.ts'
import { stripEntry } from './strip-entry.ts'

/** This many loose segments are merged after loading: small logs stay small, and little is written twice in a visit. */
const MERGE_AT_LOADING = 8
/** And this many while writing goes on: they make one segment that is loose no more. */
const MERGE_AT_WRITING = 128
/** More often than this no other tab replaces rows under one stripping. */
const MAX_STRIP_TURNS = 8

/**
 * The entries of one log at rest. Everything runs one after another; another tab that works on the
 * same rows is noticed by a row that is gone.
 */
export class LogSegments {
  readonly #keyRing: KeyRing
  readonly #rows: SegmentRows
  readonly #queue = new SerialQueue()
  /** Names of small rows, as far as this tab knows them. */
  #loose = new Set<string>()
  #mergeAt = MERGE_AT_WRITING

  constructor(keyRing: KeyRing, rows: SegmentRows) {
    this.#keyRing = keyRing
    this.#rows = rows
  }

  load(): Promise<LoadedLog> {
    return this.#queue.run(async () => {
      const { rows, damaged } = await this.#keyRing.use((keys) => this.#rows.readAll(keys))
      this.#loose.clear()
      this.#noteLoose(rows)
      if (this.#loose.size >= MERGE_AT_LOADING) this.#mergeSoon()
      return { entries: distinctEntries(rows.flatMap(({ entries }) => entries)), damaged }
    })
  }

  put(entries: readonly SignedEntry[]): Promise<void> {
    return this.#queue.run(async () => {
      const segments = packSegments(distinctEntries(entries))
      if (segments.length === 0) return
      this.#noteLoose(await this.#keyRing.use((keys) => this.#rows.replace(keys, [], segments)))
      if (this.#loose.size >= this.#mergeAt) this.#mergeSoon()
    })
  }

  strip(ids: readonly EntryId[]): Promise<void> {
    return this.#queue.run(async () => {
      for (let turn = 1; ids.length > 0; turn++) {
        try {
          return await this.#strip(ids)
        } catch (error) {
          if (!(error instanceof RowsChanged) || turn === MAX_STRIP_TURNS) throw error
        }
      }
    })
  }

  erase(): Promise<void> {
    return this.#queue.run(async () => {
      await this.#keyRing.use((keys) => this.#rows.removeAll(keys))
      this.#loose.clear()
    })
  }

  async #strip(ids: readonly EntryId[]): Promise<void> {
    const wanted = new ById<true>()
    for (const id of ids) wanted.set(id, true)
    const isMeant = ({ id, content }: SignedEntry): boolean =>
      content.type === 'whole' && wanted.get(id) === true
    await this.#keyRing.use(async (keys) => {
      const { rows } = await this.#rows.readAll(keys)
      const old = rows.filter(({ entries }) => entries.some(isMeant))
      if (old.length === 0) return
      const segments = old.map(({ entries }) =>
        entries.map((entry) => (isMeant(entry) ? stripEntry(entry) : entry)),
      )
      this.#noteReplaced(old, await this.#rows.replace(keys, namesOf(old), segments))
    })
  }

  /** Behind what was asked for before, and ahead of what comes after. */
  #mergeSoon(): void {
    void this.#queue
      .run(() => this.#merge())
      // Nothing is lost: the small rows are all there, and the next merge takes them.
      .catch(() => undefined)
      .finally(() => {
        this.#mergeAt = this.#loose.size + MERGE_AT_WRITING // one that failed is not tried at once again
      })
  }

  async #merge(): Promise<void> {
    await this.#keyRing.use(async (keys) => {
      const old = await this.#rows.read(keys, [...this.#loose])
      this.#loose = new Set(namesOf(old)) // the others were replaced by another tab
      const segments = packSegments(distinctEntries(old.flatMap(({ entries }) => entries)))
      if (segments.length >= old.length) return
      this.#noteReplaced(old, await this.#rows.replace(keys, namesOf(old), segments))
    })
  }

  #noteReplaced(old: readonly SegmentRow[], fresh: readonly SegmentRow[]): void {
    for (const { name } of old) this.#loose.delete(name)
    this.#noteLoose(fresh)
  }

  #noteLoose(rows: readonly SegmentRow[]): void {
    for (const { name, size } of rows) if (isLoose(size)) this.#loose.add(name)
  }
}

function namesOf(rows: readonly SegmentRow[]): string[] {
  return rows.map(({ name }) => name)
}
