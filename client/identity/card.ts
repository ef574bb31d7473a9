import { ByteReader, ByteWriter, CryptoError } from '@hamsa/crypto'
import { isColour, readColour, writeColour } from './colour.ts'
import { areLanguages, readLanguages, writeLanguages } from './languages.ts'
import { readOptional, writeOptional } from './optional-field.ts'
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
  writeOptional(writer, colour, writeColour)
  writeLanguages(writer, languages)
  writeOptional(writer, hours, writeWeeklyHours)
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
  const colour = readOptional(reader, readColour)
  const languages = readLanguages(reader)
  const hours = readOptional(reader, readWeeklyHours)
  return reader.end() && name !== null ? { name, colour, languages, hours } : null
}

function isCard({ name, colour, languages, hours }: ShopCard): boolean {
  if (readShopName(name) === null || (colour !== null && !isColour(colour))) return false
  return areLanguages(languages) && (hours === null || areWeeklyHours(hours))
}
