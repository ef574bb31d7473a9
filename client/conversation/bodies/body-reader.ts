import {
  ByteReader,
  fromUtf8,
  KEY_BYTES,
  parseSigningPublicKey,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { ENTRY_ID_BYTES, parseEntryId } from '../ids.ts'
import type { EntryId } from '../log.ts'
import { LENGTH_BYTES, TIME_BYTES, type ByteLimits } from './body-writer.ts'
import type { TextRule } from './text-rule.ts'

/**
 * Reads a body's fields, from an author who may be hostile. After the first field that is not there
 * or breaks its limits it has failed, as `ByteReader` does: codecs read straight on, and `end` is
 * asked once, by `decodeBody`. The pair of `BodyWriter`.
 */
export class BodyReader {
  readonly #reader: ByteReader

  constructor(bytes: Uint8Array) {
    this.#reader = new ByteReader(bytes)
  }

  /** True when every field was there, within its limits, and nothing is left over. */
  end(): boolean {
    return this.#reader.end()
  }

  fail(): void {
    this.#reader.fail()
  }

  uint(size: number, least = 0): number {
    const value = this.#reader.uint(size)
    if (value < least) this.fail()
    return value
  }

  time(): number {
    return this.uint(TIME_BYTES)
  }

  flag(): boolean {
    const value = this.uint(1)
    if (value > 1) this.fail()
    return value === 1
  }

  /** `null` after a failure only. */
  choice<Option>(options: readonly Option[]): Option | null {
    const option = options[this.uint(1) - 1]
    if (option === undefined) this.fail()
    return option ?? null
  }

  raw(length: number): Uint8Array {
    return this.#reader.raw(length)
  }

  bytes({ least, most }: ByteLimits): Uint8Array {
    const bytes = this.#reader.bytes(LENGTH_BYTES, most)
    if (bytes.length < least) this.fail()
    return bytes
  }

  text(rule: TextRule): string {
    return this.#ruled(rule, this.#reader.bytes(LENGTH_BYTES, rule.maxBytes))
  }

  distinctTexts(rule: TextRule, most: number): string[] {
    const count = this.uint(1)
    if (count > most) this.fail()
    const texts: string[] = []
    while (this.#reader.ok && texts.length < count) texts.push(this.text(rule))
    if (new Set(texts).size < texts.length) this.fail()
    return texts
  }

  lastText(rule: TextRule): string {
    return this.#ruled(rule, this.#reader.view(this.#reader.remaining)) // read at once, so no copy
  }

  #ruled(rule: TextRule, bytes: Uint8Array): string {
    const text = bytes.length > rule.maxBytes ? null : fromUtf8(bytes)
    const checked = text === null ? null : rule.check(text)
    if (checked?.type === 'fine' && checked.text === text) return text
    this.fail()
    return ''
  }

  /** `null` is what stands there only if the reader has not failed. */
  optional<Value>(read: () => Value | null): Value | null {
    return this.flag() ? read() : null
  }

  /** So many bytes as their parser takes them; `null` after a failure only. */
  parsed<Value>(length: number, parse: (bytes: Uint8Array) => Value | null): Value | null {
    const value = parse(this.raw(length))
    if (value === null) this.fail()
    return value
  }

  entryId(): EntryId | null {
    return this.parsed(ENTRY_ID_BYTES, parseEntryId)
  }

  signingKey(): SigningPublicKey | null {
    return this.parsed(KEY_BYTES, parseSigningPublicKey)
  }
}
