import type { ByteReader, ByteWriter } from '@hamsa/crypto'

/* What a shop speaks, the first preferred: count 1 ‖ each (length 1). */

export const MAX_LANGUAGES = 4
const MAX_LANGUAGE_BYTES = 12
/** A language tag of BCP 47 with at most a script or region. */
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/

/** Whether these are at most 4 language tags, no two alike. */
export function areLanguages(languages: readonly string[]): boolean {
  if (languages.length > MAX_LANGUAGES || new Set(languages).size !== languages.length) return false
  return languages.every((tag) => LANGUAGE.test(tag))
}

export function writeLanguages(writer: ByteWriter, languages: readonly string[]): void {
  writer.uint(languages.length, 1)
  for (const language of languages) writer.text(language, 1)
}

/** Fails the reader when they are no languages. */
export function readLanguages(reader: ByteReader): readonly string[] {
  const count = Math.min(reader.uint(1), MAX_LANGUAGES + 1)
  const languages = Array.from({ length: count }, () => reader.text(1, MAX_LANGUAGE_BYTES))
  if (!areLanguages(languages)) reader.fail()
  return languages
}
