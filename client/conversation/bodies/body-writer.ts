import { ByteWriter, toUtf8 } from '@hamsa/crypto'
import type { BodyFault } from './body-fault.ts'
import type { TextRule } from './text-rule.ts'

/** Length of a text or of bytes is written in so many. */
export const LENGTH_BYTES = 3
export const TIME_BYTES = 6

/**
 * Writes a draft's fields. The first that breaks its limits is the fault of the whole; what follows
 * is passed over, so that a codec writes straight on. The pair of `BodyReader`.
 */
export class BodyWriter {
  readonly #writer = new ByteWriter()
  #fault: BodyFault | null = null

  /** What was written, or the first fault. */
  finish(): Uint8Array | BodyFault {
    return this.#fault ?? this.#writer.finish()
  }

  fail(fault: BodyFault): this {
    this.#fault ??= fault
    return this
  }

  /** Unsigned, of `size` bytes, not under `least`. */
  uint(value: number, size: number, least = 0): this {
    const fits = Number.isSafeInteger(value) && value >= least && value < 2 ** (8 * size)
    if (!fits) return this.fail('malformed')
    this.#writer.uint(value, size)
    return this
  }

  /** Unix milliseconds. */
  time(ms: number): this {
    return this.uint(ms, TIME_BYTES)
  }

  flag(value: boolean): this {
    return this.uint(value ? 1 : 0, 1)
  }

  /** Place among the options, from 1. */
  choice<Option>(options: readonly Option[], value: Option): this {
    return this.uint(options.indexOf(value) + 1, 1, 1)
  }

  /** Bytes whose length the format fixes. */
  raw(bytes: Uint8Array, length: number): this {
    if (bytes.length !== length) return this.fail('malformed')
    this.#writer.raw(bytes)
    return this
  }

  /** Bytes behind their length, `least` to `most` of them. */
  bytes(bytes: Uint8Array, { least, most }: ByteLimits): this {
    if (bytes.length > most) return this.fail('too-large')
    if (bytes.length < least) return this.fail('malformed')
    this.#writer.bytes(bytes, LENGTH_BYTES)
    return this
  }

  text(rule: TextRule, text: string): this {
    const checked = rule.check(text)
    if (checked.type !== 'fine') return this.fail(checked.type)
    this.#writer.text(checked.text, LENGTH_BYTES)
    return this
  }

  /** Their count, and each; distinct as they are written, so that two spellings of one are one. */
  distinctTexts(rule: TextRule, texts: readonly string[], most: number): this {
    if (texts.length > most) return this.fail('too-large')
    this.uint(texts.length, 1)
    const written = new Set<string>()
    for (const text of texts) {
      const checked = rule.check(text)
      if (checked.type === 'fine') written.add(checked.text)
      this.text(rule, text)
    }
    return written.size < texts.length ? this.fail('malformed') : this
  }

  /** A text that is the last field, without its length. */
  lastText(rule: TextRule, text: string): this {
    const checked = rule.check(text)
    if (checked.type !== 'fine') return this.fail(checked.type)
    this.#writer.raw(toUtf8(checked.text))
    return this
  }

  /** 0 for `null`, else 1 and what `write` writes. */
  optional<Value>(value: Value | null, write: (value: Value) => void): this {
    this.flag(value !== null)
    if (value !== null) write(value)
    return this
  }
}

export type ByteLimits = { readonly least: number; readonly most: number }
