import {
  ByteReader,
  ByteWriter,
  CryptoError,
  hash,
  HASH_BYTES,
  MAX_PROFILE_BYTES,
  SIGNATURE_BYTES,
} from '@hamsa/crypto'
import { isColour, readColour, writeColour } from './colour.ts'
import { areContacts, readContacts, writeContacts, type Contact } from './contact.ts'
import { areHosts, readHosts, writeHosts } from './host-name.ts'
import { areLanguages, readLanguages, writeLanguages } from './languages.ts'
import { readOptional, writeOptional } from './optional-field.ts'
import { isPolicy, readPolicy, writePolicy, type Policy } from './policy.ts'
import { MAX_SHOP_NAME_BYTES, readShopName } from './shop-name.ts'
import {
  areSpecialDays,
  readSpecialDays,
  writeSpecialDays,
  type SpecialDays,
} from './special-days.ts'
import { isKnownZone } from './time-zone.ts'
import { readPlainText } from './visible-text.ts'
import {
  areWeeklyHours,
  readWeeklyHours,
  writeWeeklyHours,
  type WeeklyHours,
} from './weekly-hours.ts'

/* IDENTITY.md has the byte map. Optional fields: optional-field.ts. */

export const PROFILE_VERSION = 1
/** Longest profile without its signature: both go into the answer to a knock. */
export const MAX_UNSIGNED_PROFILE_BYTES = MAX_PROFILE_BYTES - SIGNATURE_BYTES
export const MAX_AWAY_TEXT_BYTES = 400
/** A week; who needs longer says so in words. */
export const MAX_ANSWER_MINUTES = 7 * 24 * 60

/** When the shop is there. */
export type OpeningHours = {
  readonly weekly: WeeklyHours
  readonly special: readonly SpecialDays[]
}

/** What a shop says of itself. Signed and numbered; see signed-profile.ts. */
export type ShopProfile = {
  /** One more at each change, 0 to 2³² − 1: an older profile never replaces a newer one. */
  readonly number: number
  readonly name: string
  /** Language tags, the first preferred; at most 4. */
  readonly languages: readonly string[]
  /** `#rrggbb`, lower case. */
  readonly colour: string | null
  readonly hours: OpeningHours | null
  /** Shown while nobody is there; may have several lines. */
  readonly awayText: string | null
  /** How soon the shop means to answer while it is open, 1 to 10,080 minutes. */
  readonly answerMinutes: number | null
  /** In the shop's order of preference; at most 6. */
  readonly contacts: readonly Contact[]
  readonly policy: Policy | null
  /** Host names where this shop takes payment; at most 12. */
  readonly paymentHosts: readonly string[]
  /** Host names that this shop links to as its own; at most 12. */
  readonly linkHosts: readonly string[]
  /** `logoHashOf` the picture, which itself travels elsewhere. */
  readonly logoHash: Uint8Array | null
}

export type ProfileField = keyof ShopProfile

/** The profile of a shop that has said nothing but its name. */
export function profileOfName(name: string): ShopProfile {
  return {
    number: 0,
    name,
    languages: [],
    colour: null,
    hours: null,
    awayText: null,
    answerMinutes: null,
    contacts: [],
    policy: null,
    paymentHosts: [],
    linkHosts: [],
    logoHash: null,
  }
}

/** What a logo is known by, 32 bytes; `picture` as it is carried. */
export function logoHashOf(picture: Uint8Array): Uint8Array {
  return hash('hamsa/logo/1', picture)
}

/** Which fields can be written as they are; for the form that makes profiles. */
export function checkProfile(profile: ShopProfile): Readonly<Record<ProfileField, boolean>> {
  const { number, name, colour, hours, awayText, answerMinutes, policy, logoHash } = profile
  return {
    number: Number.isInteger(number) && number >= 0 && number < 2 ** 32,
    name: readShopName(name) === name,
    languages: areLanguages(profile.languages),
    colour: colour === null || isColour(colour),
    hours: hours === null || (areHours(hours) && isKnownZone(hours.weekly.zone)),
    awayText: awayText === null || readPlainText(awayText, MAX_AWAY_TEXT_BYTES) === awayText,
    answerMinutes: answerMinutes === null || isAnswerTime(answerMinutes),
    contacts: areContacts(profile.contacts),
    policy: policy === null || isPolicy(policy),
    paymentHosts: areHosts(profile.paymentHosts),
    linkHosts: areHosts(profile.linkHosts),
    logoHash: logoHash === null || logoHash.length === HASH_BYTES,
  }
}

/** At most 1,936 bytes. Throws `bad-length` when `checkProfile` finds a field bad, or all of them together are too long. */
export function encodeProfile(profile: ShopProfile): Uint8Array {
  if (Object.values(checkProfile(profile)).includes(false)) {
    throw new CryptoError('bad-length', 'a field of the profile')
  }
  const writer = new ByteWriter()
    .uint(PROFILE_VERSION, 1)
    .uint(profile.number, 4)
    .text(profile.name, 1)
  writeLanguages(writer, profile.languages)
  writeOptional(writer, profile.colour, writeColour)
  writeOptional(writer, profile.hours, (_, { weekly, special }) => {
    writeWeeklyHours(writer, weekly)
    writeSpecialDays(writer, special)
  })
  writeOptional(writer, profile.awayText, (_, text) => writer.text(text, 2))
  writeOptional(writer, profile.answerMinutes, (_, minutes) => writer.uint(minutes, 2))
  writeContacts(writer, profile.contacts)
  writeOptional(writer, profile.policy, writePolicy)
  writeHosts(writer, profile.paymentHosts)
  writeHosts(writer, profile.linkHosts)
  writeOptional(writer, profile.logoHash, (_, bytes) => writer.raw(bytes))
  const bytes = writer.finish()
  if (bytes.length > MAX_UNSIGNED_PROFILE_BYTES) throw new CryptoError('bad-length', 'profile')
  return bytes
}

/** The profile in foreign bytes, its texts rid of what cannot be seen, or `null`. */
export function decodeProfile(bytes: Uint8Array): ShopProfile | null {
  if (bytes.length > MAX_UNSIGNED_PROFILE_BYTES) return null
  const reader = new ByteReader(bytes)
  reader.version(PROFILE_VERSION)
  const number = reader.uint(4)
  const name = readShopName(reader.text(1, MAX_SHOP_NAME_BYTES))
  const languages = readLanguages(reader)
  const colour = readOptional(reader, readColour)
  const hours = readOptional(reader, readHours)
  const awayText = readOptional(reader, () =>
    readPlainText(reader.text(2, MAX_AWAY_TEXT_BYTES), MAX_AWAY_TEXT_BYTES),
  )
  const answerMinutes = readOptional(reader, () => reader.uint(2))
  const contacts = readContacts(reader)
  const policy = readOptional(reader, readPolicy)
  const paymentHosts = readHosts(reader)
  const linkHosts = readHosts(reader)
  const logoHash = readOptional(reader, () => reader.raw(HASH_BYTES))
  if (!reader.end() || name === null) return null
  if (answerMinutes !== null && !isAnswerTime(answerMinutes)) return null
  return {
    number,
    name,
    languages,
    colour,
    // An old browser that lacks a zone cannot tell the hours; whom to call it can.
    hours: hours !== null && isKnownZone(hours.weekly.zone) ? hours : null,
    awayText,
    answerMinutes,
    contacts,
    policy,
    paymentHosts,
    linkHosts,
    logoHash,
  }
}

function areHours({ weekly, special }: OpeningHours): boolean {
  return areWeeklyHours(weekly) && areSpecialDays(special)
}

function readHours(reader: ByteReader): OpeningHours {
  return { weekly: readWeeklyHours(reader), special: readSpecialDays(reader) }
}

function isAnswerTime(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_ANSWER_MINUTES
}
