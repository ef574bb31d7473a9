import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a nonce stays good. A client that meets a 438 takes the new one and goes on. */
export const NONCE_LIFETIME_MS = 10 * 60 * 1000

const MAC_CHARS = 22
const NONCE = /^([0-9a-z]{1,9})\.([\w-]{22})$/u

/**
 * A nonce nobody has to store: the time it was made, and an HMAC over that time and the client's
 * 5-tuple (`client`). Good for that client alone. `now` in milliseconds.
 */
export function makeNonce(key: Uint8Array, client: string, now: number): string {
  const time = Math.floor(now).toString(36)
  return `${time}.${nonceMac(key, client, time)}`
}

/** True when this server made the nonce for this client less than `NONCE_LIFETIME_MS` ago. */
export function isFreshNonce(nonce: string, key: Uint8Array, client: string, now: number): boolean {
  const [, time, mac] = NONCE.exec(nonce) ?? []
  if (time === undefined || mac === undefined) return false
  const age = now - Number.parseInt(time, 36)
  if (age < 0 || age >= NONCE_LIFETIME_MS) return false
  return timingSafeEqual(Buffer.from(mac), Buffer.from(nonceMac(key, client, time)))
}

function nonceMac(key: Uint8Array, client: string, time: string): string {
  const mac = createHmac('sha256', key).update(`${time}|${client}`).digest('base64url')
  return mac.slice(0, MAC_CHARS)
}
