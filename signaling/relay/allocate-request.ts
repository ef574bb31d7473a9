import { DEFAULT_LIFETIME_MS } from './allocation.ts'
import { ATTRIBUTE, FAMILY, findAttribute, readLeadingByte, readUint32 } from './stun-attribute.ts'
import type { StunAttribute } from './stun-attribute.ts'
import type { StunErrorCode } from './stun-error.ts'

/** What an Allocate asks for, or the code it is refused with. */
export type AllocateRequest =
  | {
      readonly type: 'wanted'
      readonly evenPort: boolean
      readonly lifetimeMs: number
      /** Of the relayed address; two when IPv6 was asked for besides IPv4. */
      readonly families: readonly number[]
      /** Asked for, too, and not to be had: the answer says so. */
      readonly missing: readonly number[]
    }
  | { readonly type: 'refused'; readonly code: StunErrorCode }

const UDP = 17
const RESERVE_NEXT_PORT_BIT = 0x80

const refused = (code: StunErrorCode): AllocateRequest => ({ type: 'refused', code })

/**
 * Judges the attributes of an Allocate in the order of RFC 8656 §7.2. `available` are the families of
 * the relay's addresses; a request that names none gets IPv4, or what there is.
 */
export function parseAllocate(
  attributes: readonly StunAttribute[],
  available: readonly number[],
  maxLifetimeMs: number,
): AllocateRequest {
  const find = (type: number): Uint8Array | null => findAttribute(attributes, type)
  const transport = readLeadingByte(find(ATTRIBUTE.requestedTransport) ?? new Uint8Array())
  if (transport === null) return refused(400)
  if (transport !== UDP) return refused(442)

  const evenPort = find(ATTRIBUTE.evenPort)
  const wantedFamily = find(ATTRIBUTE.requestedAddressFamily)
  const additionalFamily = find(ATTRIBUTE.additionalAddressFamily)
  const reservesNext = ((evenPort?.[0] ?? 0) & RESERVE_NEXT_PORT_BIT) !== 0
  if (evenPort !== null && evenPort.length !== 1) return refused(400)
  if (find(ATTRIBUTE.reservationToken) !== null) {
    const contradicts = evenPort ?? wantedFamily ?? additionalFamily
    return refused(contradicts === null ? 508 : 400) // no port is ever reserved here
  }
  if (wantedFamily !== null && additionalFamily !== null) return refused(400)
  const named = wantedFamily === null ? null : readLeadingByte(wantedFamily)
  if (wantedFamily !== null && named === null) return refused(400)
  if (additionalFamily !== null) {
    if (readLeadingByte(additionalFamily) !== FAMILY.ipv6 || reservesNext) return refused(400)
  }
  const byDefault = available.includes(FAMILY.ipv4) ? FAMILY.ipv4 : FAMILY.ipv6
  const wanted = additionalFamily === null ? [named ?? byDefault] : [FAMILY.ipv4, FAMILY.ipv6]
  const families = wanted.filter((family) => available.includes(family))
  if (families.length === 0) return refused(440)
  if (reservesNext) return refused(508)

  const lifetimeMs = grantedLifetime(find(ATTRIBUTE.lifetime), maxLifetimeMs)
  if (lifetimeMs === null) return refused(400)
  return {
    type: 'wanted',
    evenPort: evenPort !== null,
    lifetimeMs: lifetimeMs === 0 ? DEFAULT_LIFETIME_MS : lifetimeMs,
    families,
    missing: wanted.filter((family) => !families.includes(family)),
  }
}

/**
 * The lifetime for a LIFETIME attribute's value in seconds: at least the default, at most
 * `maxLifetimeMs`, and 0 for 0, which ends an allocation. `null` when malformed.
 */
export function grantedLifetime(value: Uint8Array | null, maxLifetimeMs: number): number | null {
  if (value === null) return Math.min(DEFAULT_LIFETIME_MS, maxLifetimeMs)
  const seconds = readUint32(value)
  if (seconds === null || seconds === 0) return seconds
  return Math.min(Math.max(seconds * 1000, DEFAULT_LIFETIME_MS), maxLifetimeMs)
}
