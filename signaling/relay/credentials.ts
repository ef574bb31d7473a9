import { createHash, createHmac } from 'node:crypto'

/** What a browser puts in `iceServers`. */
export type TurnCredential = { readonly username: string; readonly credential: string }

/** A username that reads as the REST scheme's; who it is for counts against that name's quota. */
export type TurnUser = { readonly id: string; readonly expiresAtSeconds: number }

/** Longest username taken, in bytes (RFC 8489 §14.3 allows fewer than 509). */
const MAX_USERNAME_CHARS = 508
const USERNAME = /^(\d{1,11}):(.+)$/su

/**
 * A short-lived credential in the TURN REST scheme (draft-uberti-behave-turn-rest-00 §2.2), which
 * coturn's `use-auth-secret` takes too: username `expiry:id`, password HMAC-SHA1 of the username.
 * `now` in milliseconds since 1970. Whoever has the secret can make any; nothing is stored.
 */
export function makeTurnCredential(of: {
  readonly secret: string
  readonly id: string
  readonly now: number
  readonly lifetimeSeconds: number
}): TurnCredential {
  const username = `${Math.floor(of.now / 1000) + of.lifetimeSeconds}:${of.id}`
  return { username, credential: turnPassword(of.secret, username) }
}

/** The password that belongs to a username, base64. */
export function turnPassword(secret: string, username: string): string {
  return createHmac('sha1', secret).update(username).digest('base64')
}

/** Reads `expiry:id`, or `null`. It proves nothing: only the right password does. */
export function parseTurnUsername(username: string): TurnUser | null {
  if (username.length > MAX_USERNAME_CHARS) return null
  const match = USERNAME.exec(username)
  const id = match?.[2]
  return id === undefined ? null : { id, expiresAtSeconds: Number(match?.[1]) }
}

/** The long-term key that signs a message: MD5 of `username:realm:password` (RFC 8489 §9.2.2), 16 bytes. */
export function longTermKey(username: string, realm: string, password: string): Uint8Array {
  return createHash('md5').update(`${username}:${realm}:${password}`).digest()
}
