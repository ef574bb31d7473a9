import type { Allocation, Client, Owner } from './allocation.ts'
import { longTermKey, parseTurnUsername, turnPassword } from './credentials.ts'
import { isFreshNonce } from './nonce.ts'
import { ATTRIBUTE, findAttribute, readText } from './stun-attribute.ts'
import { verifyIntegrity } from './stun-message.ts'
import type { StunMessage } from './stun-message.ts'

export type Gatekeeper = {
  readonly secret: string
  readonly realm: string
  /** Makes and checks nonces; random at each start. */
  readonly nonceKey: Uint8Array
}

export type Verdict =
  | { readonly type: 'authentic'; readonly owner: Owner }
  | { readonly type: 'refused'; readonly code: 400 | 401 | 438 }

const refused = (code: 400 | 401 | 438): Verdict => ({ type: 'refused', code })

/**
 * The long-term credential mechanism (RFC 8489 §9.2.4) over the REST scheme. `held` is the client's
 * allocation, if any: its own username stays good beyond its expiry, or a conversation would end
 * with the credential it began with.
 */
export function authenticate(
  message: StunMessage,
  client: Client,
  gate: Gatekeeper,
  held: Allocation | null,
  now: number,
): Verdict {
  if (message.integrity === null) return refused(401)
  const username = textAttribute(message, ATTRIBUTE.username)
  const realm = textAttribute(message, ATTRIBUTE.realm)
  const nonce = textAttribute(message, ATTRIBUTE.nonce)
  if (username === null || realm === null || nonce === null) return refused(400)
  if (!isFreshNonce(nonce, gate.nonceKey, client.key, now)) return refused(438)
  const owner = held?.owner.username === username ? held.owner : newOwner(username, gate, now)
  if (owner === null || !verifyIntegrity(message.integrity, owner.key)) return refused(401)
  return { type: 'authentic', owner }
}

function newOwner(username: string, gate: Gatekeeper, now: number): Owner | null {
  const user = parseTurnUsername(username)
  if (user === null) return null
  const credentialEndsAt = user.expiresAtSeconds * 1000
  if (credentialEndsAt <= now) return null
  const key = longTermKey(username, gate.realm, turnPassword(gate.secret, username))
  return { username, id: user.id, key, credentialEndsAt }
}

function textAttribute(message: StunMessage, type: number): string | null {
  const value = findAttribute(message.attributes, type)
  return value === null ? null : readText(value)
}
