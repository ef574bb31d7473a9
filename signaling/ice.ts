import { createHmac } from 'node:crypto'
import { toBase64Url } from '@hamsa/crypto'
import { nodeForTag, type RelayNode } from './relay-nodes.ts'

export type IceSettings = {
  /** `turn:` and `turns:` URLs; empty when there is no relay. */
  readonly urls: readonly string[]
  /** Where there are several relays: their URLs, in place of `urls`. */
  readonly nodes?: readonly RelayNode[]
  /** Shared with the relay. */
  readonly secret: string
  readonly lifetimeSeconds: number
}

export type IceServer = {
  readonly urls: readonly string[]
  readonly username: string
  readonly credential: string
}

export const DEFAULT_LIFETIME_SECONDS = 3600
const ID_BYTES = 12

/**
 * Credentials that any TURN server with the same secret takes until they run out
 * (draft-uberti-behave-turn-rest-00 §2.2): username `expiry:id`, expiry in seconds since 1970;
 * credential = base64(HMAC-SHA1(secret, username)). The id is drawn anew each time, so that the
 * relay cannot tell that two of them went to one browser. Of several relays the tag picks one, the
 * same for all who say it.
 */
export function makeIceServers(
  settings: IceSettings,
  nowMs: number,
  random: (length: number) => Uint8Array,
  tag = '',
): readonly IceServer[] {
  const urls = hasSeveral(settings) ? (nodeForTag(settings.nodes, tag) ?? []) : settings.urls
  if (urls.length === 0) return []
  const expiry = Math.floor(nowMs / 1000) + settings.lifetimeSeconds
  const username = `${expiry}:${toBase64Url(random(ID_BYTES))}`
  const credential = createHmac('sha1', settings.secret).update(username).digest('base64')
  return [{ urls, username, credential }]
}

/** Whether another tag may give another relay. */
export function hasSeveral(
  settings: IceSettings,
): settings is IceSettings & { readonly nodes: readonly RelayNode[] } {
  return settings.nodes !== undefined && settings.nodes.length > 1
}
