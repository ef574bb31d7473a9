import { hash, toBase64Url, toUtf8, type Brand } from '@hamsa/crypto'
import type { RoomKey } from './link.ts'

/** What both sides of a room tell `/ice` alike, so that of several relays they get the same. */
export type RelayTag = Brand<string, 'RelayTag'>

/** So few that many rooms share one: the tag picks a relay, and names no room. */
const TAG_BYTES = 2

/**
 * The tag of a room, from the key that only its two sides know: nothing in it leads back to the key,
 * or to the topic.
 */
export function relayTagOf(roomKey: RoomKey): RelayTag {
  const digest = hash('hamsa/relay-tag/1', toUtf8(roomKey))
  return toBase64Url(digest.subarray(0, TAG_BYTES)) as RelayTag
}
