import type { AllocationTable } from './allocation-table.ts'
import { grantedLifetime, parseAllocate } from './allocate-request.ts'
import type { Allocation, Client, Endpoint, Owner } from './allocation.ts'
import { isChannelNumber } from './channel-data.ts'
import { parseIp, sameIp } from './ip-address.ts'
import type { IpAddress, TransportAddress } from './ip-address.ts'
import type { RelayLimits } from './limits.ts'
import {
  ATTRIBUTE,
  familyOf,
  findAttribute,
  readChannelNumber,
  readLeadingByte,
  readXorAddress,
  writeErrorCode,
  writeUint32,
  writeXorAddress,
} from './stun-attribute.ts'
import type { StunAttribute } from './stun-attribute.ts'
import { ERROR_REASON } from './stun-error.ts'
import type { StunErrorCode } from './stun-error.ts'
import type { StunMessage } from './stun-message.ts'

/** What a request is answered with. */
export type Reply =
  | {
      readonly type: 'success'
      readonly attributes: readonly StunAttribute[]
      /** Whom the allocation now hears. */
      readonly permitted?: readonly Endpoint[]
    }
  | {
      readonly type: 'refused'
      readonly code: StunErrorCode
      readonly attributes?: readonly StunAttribute[]
    }

/** What the requests work on. */
export type RelayState = {
  readonly table: AllocationTable
  /** One, or one of each family. */
  readonly relayIps: readonly IpAddress[]
  readonly limits: RelayLimits
}

/** An authenticated request. */
export type TurnRequest = {
  readonly message: StunMessage
  readonly client: Client
  readonly owner: Owner
  readonly now: number
}

const success = (...attributes: readonly StunAttribute[]): Reply => ({
  type: 'success',
  attributes,
})
export const refuse = (code: StunErrorCode): Reply => ({ type: 'refused', code })

/** Binding: tells the client its own address. Browsers use it as a keep-alive (RFC 8489 §6.3.1). */
export function bindingReply(message: StunMessage, client: Client): Reply {
  return success(mappedAddress(message, client))
}

/** Allocate (RFC 8656 §7.2). */
export function allocate(state: RelayState, request: TurnRequest): Reply {
  const { message, client, owner, now } = request
  const { table, relayIps, limits } = state
  if (table.ofClient(client.key, now) !== null) return refuse(437)
  const wanted = parseAllocate(message.attributes, relayIps.map(familyOf), limits.maxLifetimeMs)
  if (wanted.type === 'refused') return refuse(wanted.code)
  const { evenPort, families, lifetimeMs } = wanted
  const opened = table.open({ client, owner, evenPort, families, lifetimeMs, now })
  if (opened === 'quota') return refuse(486)
  if (opened === 'no-port') return refuse(508)
  const relayed = relayIps.filter((ip) => families.includes(familyOf(ip)))
  return success(
    ...relayed.map((ip) => ({
      type: ATTRIBUTE.xorRelayedAddress,
      value: writeXorAddress({ ip, port: opened.relayedPort }, message.transaction),
    })),
    lifetimeAttribute(lifetimeMs),
    mappedAddress(message, client),
    ...wanted.missing.map(missingFamily),
  )
}

/** No lifetime shorter than this is granted: it is told in whole seconds. */
const SHORTEST_LIFETIME_MS = 1_000

/**
 * Refresh (RFC 8656 §8.2); a lifetime of 0 ends the allocation, or one of two addresses where the
 * request names its family.
 */
export function refresh(state: RelayState, request: TurnRequest, held: Allocation): Reply {
  const { attributes } = request.message
  const familyValue = findAttribute(attributes, ATTRIBUTE.requestedAddressFamily)
  const family = familyValue === null ? null : readLeadingByte(familyValue)
  if (familyValue !== null && (family === null || held.endpoint(family) === null)) {
    return refuse(443)
  }
  const asked = findAttribute(attributes, ATTRIBUTE.lifetime)
  const { maxLifetimeMs, beyondCredentialMs } = state.limits
  const leftMs = held.owner.credentialEndsAt + beyondCredentialMs - request.now
  const grantedMs = grantedLifetime(asked, maxLifetimeMs)
  if (grantedMs === null) return refuse(400)
  const lifetimeMs = Math.min(grantedMs, leftMs)
  if (grantedMs > 0 && lifetimeMs < SHORTEST_LIFETIME_MS) return refuse(401)
  const endsOne = family !== null && grantedMs === 0 && held.dropFamily(family)
  if (grantedMs === 0 && !endsOne) state.table.close(held)
  else if (grantedMs > 0) held.expiresAt = request.now + lifetimeMs
  return success(lifetimeAttribute(Math.max(0, lifetimeMs)))
}

/** CreatePermission (RFC 8656 §10.2): all of its peers, or none. */
export function createPermission(state: RelayState, request: TurnRequest, held: Allocation): Reply {
  const { message, now } = request
  const values = message.attributes.filter(({ type }) => type === ATTRIBUTE.xorPeerAddress)
  const addresses = values.map(({ value }) => readXorAddress(value, message.transaction))
  if (addresses.length === 0 || addresses.includes(null)) return refuse(400)
  const peers = addresses.map((address) => relayedPeer(state, held, address, now))
  const found = new Set(peers.filter((peer) => peer !== null))
  if (peers.includes(null)) return refuse(403)
  const fresh = [...found].filter((peer) => !held.hasPermission(peer))
  if (fresh.length > held.permissionRoom(now)) return refuse(508)
  for (const peer of found) held.permit(peer, now)
  return { type: 'success', attributes: [], permitted: [...found] }
}

/** ChannelBind (RFC 8656 §12.2). */
export function channelBind(state: RelayState, request: TurnRequest, held: Allocation): Reply {
  const { message, now } = request
  const numberValue = findAttribute(message.attributes, ATTRIBUTE.channelNumber)
  const peerValue = findAttribute(message.attributes, ATTRIBUTE.xorPeerAddress)
  const number = numberValue === null ? null : readChannelNumber(numberValue)
  const address = peerValue === null ? null : readXorAddress(peerValue, message.transaction)
  if (number === null || address === null || !isChannelNumber(number)) return refuse(400)
  const peer = relayedPeer(state, held, address, now)
  if (peer === null) return refuse(403)
  const outcome = held.bind(number, peer, now)
  if (outcome === 'bound') return { type: 'success', attributes: [], permitted: [peer] }
  return refuse(outcome === 'conflict' ? 400 : 508)
}

/** The relayed address that `asker` may name so; `null` for every one that is not ours or of a family it has not. */
export function relayedPeer(
  { table, relayIps }: RelayState,
  asker: Allocation,
  address: TransportAddress | null,
  now: number,
): Endpoint | null {
  if (address === null || !relayIps.some((ip) => sameIp(ip, address.ip))) return null
  const family = familyOf(address.ip)
  if (asker.endpoint(family) === null) return null
  return table.atPort(address.port, now)?.endpoint(family) ?? null
}

function mappedAddress(message: StunMessage, client: Client): StunAttribute {
  const ip = parseIp(client.address) ?? new Uint8Array(4)
  const value = writeXorAddress({ ip, port: client.port }, message.transaction)
  return { type: ATTRIBUTE.xorMappedAddress, value }
}

function lifetimeAttribute(lifetimeMs: number): StunAttribute {
  return { type: ATTRIBUTE.lifetime, value: writeUint32(Math.floor(lifetimeMs / 1000)) }
}

/** ADDRESS-ERROR-CODE (RFC 8656 §18.13): the family byte stands where ERROR-CODE has a zero. */
function missingFamily(family: number): StunAttribute {
  const value = writeErrorCode(440, ERROR_REASON[440])
  value[0] = family
  return { type: ATTRIBUTE.addressErrorCode, value }
}
