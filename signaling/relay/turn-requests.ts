import type { AllocationTable } from './allocation-table.ts'
import { grantedLifetime, parseAllocate } from './allocate-request.ts'
import type { Allocation, Client, Owner } from './allocation.ts'
import { isChannelNumber } from './channel-data.ts'
import { parseIp, sameIp } from './ip-address.ts'
import type { IpAddress, TransportAddress } from './ip-address.ts'
import type { RelayLimits } from './limits.ts'
import {
  ATTRIBUTE,
  FAMILY,
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
      readonly permitted?: readonly Allocation[]
    }
  | {
      readonly type: 'refused'
      readonly code: StunErrorCode
      readonly attributes?: readonly StunAttribute[]
    }

/** What the requests work on. */
export type RelayState = {
  readonly table: AllocationTable
  readonly relayIp: IpAddress
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
  const { table, relayIp, limits } = state
  if (table.ofClient(client.key, now) !== null) return refuse(437)
  const wanted = parseAllocate(message.attributes, familyOf(relayIp), limits.maxLifetimeMs)
  if (wanted.type === 'refused') return refuse(wanted.code)
  const { evenPort, lifetimeMs } = wanted
  const opened = table.open({ client, owner, evenPort, lifetimeMs, now })
  if (opened === 'quota') return refuse(486)
  if (opened === 'no-port') return refuse(508)
  const relayed = { ip: relayIp, port: opened.relayedPort }
  const attributes = [
    {
      type: ATTRIBUTE.xorRelayedAddress,
      value: writeXorAddress(relayed, message.transaction),
    },
    lifetimeAttribute(lifetimeMs),
    mappedAddress(message, client),
  ]
  return success(...attributes, ...(wanted.alsoIpv6 ? [noIpv6()] : []))
}

/** No lifetime shorter than this is granted: it is told in whole seconds. */
const SHORTEST_LIFETIME_MS = 1_000

/** Refresh (RFC 8656 §8.2); a lifetime of 0 ends the allocation. */
export function refresh(state: RelayState, request: TurnRequest, held: Allocation): Reply {
  const { attributes } = request.message
  const family = findAttribute(attributes, ATTRIBUTE.requestedAddressFamily)
  if (family !== null && readLeadingByte(family) !== familyOf(state.relayIp)) return refuse(443)
  const asked = findAttribute(attributes, ATTRIBUTE.lifetime)
  const { maxLifetimeMs, beyondCredentialMs } = state.limits
  const leftMs = held.owner.credentialEndsAt + beyondCredentialMs - request.now
  const grantedMs = grantedLifetime(asked, maxLifetimeMs)
  if (grantedMs === null) return refuse(400)
  const lifetimeMs = Math.min(grantedMs, leftMs)
  if (grantedMs > 0 && lifetimeMs < SHORTEST_LIFETIME_MS) return refuse(401)
  if (grantedMs === 0) state.table.close(held)
  else held.expiresAt = request.now + lifetimeMs
  return success(lifetimeAttribute(Math.max(0, lifetimeMs)))
}

/** CreatePermission (RFC 8656 §10.2): all of its peers, or none. */
export function createPermission(state: RelayState, request: TurnRequest, held: Allocation): Reply {
  const { message, now } = request
  const values = message.attributes.filter(({ type }) => type === ATTRIBUTE.xorPeerAddress)
  const addresses = values.map(({ value }) => readXorAddress(value, message.transaction))
  if (addresses.length === 0 || addresses.includes(null)) return refuse(400)
  const peers = addresses.map((address) => relayedPeer(state, address, now))
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
  const peer = relayedPeer(state, address, now)
  if (peer === null) return refuse(403)
  const outcome = held.bind(number, peer, now)
  if (outcome === 'bound') return { type: 'success', attributes: [], permitted: [peer] }
  return refuse(outcome === 'conflict' ? 400 : 508)
}

/** The allocation behind a peer address; `null` for every address that is not one of ours. */
export function relayedPeer(
  { table, relayIp }: RelayState,
  address: TransportAddress | null,
  now: number,
): Allocation | null {
  if (address === null || !sameIp(address.ip, relayIp)) return null
  return table.atPort(address.port, now)
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
function noIpv6(): StunAttribute {
  const value = writeErrorCode(440, ERROR_REASON[440])
  value[0] = FAMILY.ipv6
  return { type: ATTRIBUTE.addressErrorCode, value }
}
