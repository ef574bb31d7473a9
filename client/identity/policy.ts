import {
  equalBytes,
  hash,
  HASH_BYTES,
  toUtf8,
  type ByteReader,
  type ByteWriter,
} from '@hamsa/crypto'
import { readPlainText } from './visible-text.ts'

/* version 4 ‖ form 1: 1 text, 2 hash ‖ text (length 2), or H(`hamsa/policy/1`, text in UTF-8) 32 */

/** Longest policy that travels in the profile itself; a longer one is there by its hash. */
export const MAX_SHORT_POLICY_BYTES = 1000

/** The rules of the shop, as warnings and sanctions cite them. */
export type Policy = {
  /** One more whenever the text changes, 1 to 2³² − 1; members accept each version once. */
  readonly version: number
  readonly terms:
    | { readonly type: 'text'; readonly text: string }
    /** The text itself is an entry of the room. */
    | { readonly type: 'hash'; readonly hash: Uint8Array }
}

/** What `terms` of type `hash` hold of a text, 32 bytes. */
export function policyHash(text: string): Uint8Array {
  return hash('hamsa/policy/1', toUtf8(text))
}

/** Whether this is the text that the profile means. */
export function isPolicyText({ terms }: Policy, text: string): boolean {
  return terms.type === 'text' ? terms.text === text : equalBytes(terms.hash, policyHash(text))
}

export function isPolicy({ version, terms }: Policy): boolean {
  if (!Number.isInteger(version) || version < 1 || version >= 2 ** 32) return false
  if (terms.type === 'hash') return terms.hash.length === HASH_BYTES
  return readPlainText(terms.text, MAX_SHORT_POLICY_BYTES) === terms.text
}

export function writePolicy(writer: ByteWriter, { version, terms }: Policy): void {
  writer.uint(version, 4)
  if (terms.type === 'text') writer.uint(1, 1).text(terms.text, 2)
  else writer.uint(2, 1).raw(terms.hash)
}

/** The policy next in line, its text rid of what cannot be seen, or `null`. */
export function readPolicy(reader: ByteReader): Policy | null {
  const version = reader.uint(4)
  const form = reader.uint(1)
  if (version === 0) return null
  if (form === 2) return { version, terms: { type: 'hash', hash: reader.raw(HASH_BYTES) } }
  if (form !== 1) return null
  const text = readPlainText(reader.text(2, MAX_SHORT_POLICY_BYTES), MAX_SHORT_POLICY_BYTES)
  return text === null ? null : { version, terms: { type: 'text', text } }
}
