import { ByteReader, ByteWriter, CryptoError, toHex } from '@hamsa/crypto'
import { MAX_SHOP_NAME_BYTES, readShopName } from './shop-name.ts'
import {
  areWeeklyHours,
  readWeeklyHours,
  writeWeeklyHours,
  type WeeklyHours,
} from './weekly-hours.ts'

/*
 * version 1 ‖ name (length 1, UTF-8) ‖ colour: 0, or 1 ‖ red 1 ‖ green 1 ‖ blue 1
 * ‖ languages: count 1, each (length 1) ‖ hours: 0, or 1 ‖ weekly hours
 */

export const CARD_VERSION = 1
/** Longest card; it travels in every invite and its QR code. */
export const MAX_CARD_BYTES = 300
export const MAX_LANGUAGES = 4
const MAX_LANGUAGE_BYTES = 12
/** A language tag of BCP 47 with at most a script or region. */
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/
const COLOUR = /^#[0-9a-f]{6}$/

/** What a shopper sees before joining, even while the shop is away. The rest of the profile comes with the answer. */
export type ShopCard = {
  readonly name: string
  /** `#rrggbb`, lower case. */
  readonly colour: string | null
  /** Language tags, the first preferred; at most 4. */
  readonly languages: readonly string[]
  readonly hours: WeeklyHours | null
}

/** The card of a shop that has said nothing but its name. */
export function cardOfName(name: string): ShopCard {
  return { name, colour: null, languages: [], hours: null }
}

/** At most 300 bytes. Throws `bad-length` for a card that `decodeCard` would not take: the form that makes cards checks each field first. */
export function encodeCard(card: ShopCard): Uint8Array {
  const { name, colour, languages, hours } = card
  const writer = new ByteWriter().uint(CARD_VERSION, 1).text(name, 1)
  if (colour === null) writer.uint(0, 1)
  else writer.uint(1, 1).uint(Number.parseInt(colour.slice(1), 16), 3)
  writer.uint(languages.length, 1)
  for (const language of languages) writer.text(language, 1)
  if (hours === null) writer.uint(0, 1)
  else writeWeeklyHours(writer.uint(1, 1), hours)
  const bytes = writer.finish()
  if (!isCard(card) || bytes.length > MAX_CARD_BYTES) throw new CryptoError('bad-length', 'card')
  return bytes
}

/** The card in foreign bytes, or `null`. Its name is rid of what cannot be seen, as `checkShopName` does. */
export function decodeCard(bytes: Uint8Array): ShopCard | null {
  if (bytes.length > MAX_CARD_BYTES) return null
  const reader = new ByteReader(bytes)
  reader.version(CARD_VERSION)
  const name = readShopName(reader.text(1, MAX_SHOP_NAME_BYTES))
  const colour = readFlag(reader) ? `#${toHex(reader.raw(3))}` : null
  const count = Math.min(reader.uint(1), MAX_LANGUAGES + 1)
  const languages = Array.from({ length: count }, () => reader.text(1, MAX_LANGUAGE_BYTES))
  const hours = readFlag(reader) ? readWeeklyHours(reader) : null
  if (!reader.end() || name === null) return null
  const card = { name, colour, languages, hours }
  return isCard(card) ? card : null
}

function isCard({ name, colour, languages, hours }: ShopCard): boolean {
  if (readShopName(name) === null || (colour !== null && !COLOUR.test(colour))) return false
  if (languages.length > MAX_LANGUAGES || new Set(languages).size !== languages.length) return false
  return languages.every((tag) => LANGUAGE.test(tag)) && (hours === null || areWeeklyHours(hours))
}

/** 0 or 1; anything else is malformed. */
function readFlag(reader: ByteReader): boolean {
  const flag = reader.uint(1)
  if (flag > 1) reader.fail()
  return flag === 1
}
