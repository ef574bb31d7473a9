import { equalBytes } from '@hamsa/crypto'
import { StorageError } from '../storage/ports.ts'
import type { EntryIndex } from './entry-index.ts'
import { makeWriterId } from './ids.ts'
import type { LogParts } from './log-parts.ts'
import type { Head, WriterId } from './log.ts'

/** The writer id that own entries are signed under, until another storage turns out to write under it. */
export class OwnWriter {
  readonly #parts: Pick<LogParts, 'self' | 'renewWriter'>
  readonly #known: Pick<EntryIndex, 'bySequence'>
  #id: WriterId

  constructor(
    parts: Pick<LogParts, 'self' | 'writer' | 'renewWriter'>,
    known: Pick<EntryIndex, 'bySequence'>,
  ) {
    this.#parts = parts
    this.#known = known
    this.#id = parts.writer
  }

  get id(): WriterId {
    return this.#id
  }

  /** Never writes under the present one again. */
  async renew(): Promise<void> {
    try {
      this.#id = (await this.#parts.renewWriter?.()) ?? makeWriterId()
    } catch (error) {
      this.#id = makeWriterId()
      if (!(error instanceof StorageError)) throw error
      // not kept for the next opening; but to write on under the old one would be worse
    }
  }

  isOf({ author, writer }: Pick<Head, 'author' | 'writer'>): boolean {
    return equalBytes(author, this.#parts.self.signing.publicKey) && equalBytes(writer, this.#id)
  }

  /** Whether one of these heads says more of it than is held here, or other. */
  isBehind(heads: readonly Head[]): boolean {
    return heads.some((head) => this.isOf(head) && !this.#holds(head))
  }

  #holds({ author, writer, sequence, id }: Head): boolean {
    const held = this.#known.bySequence(author, writer, sequence)
    return held !== null && equalBytes(held.id, id)
  }
}
