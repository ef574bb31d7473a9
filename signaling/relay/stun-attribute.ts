import type { IpAddress, TransportAddress } from './ip-address.ts'

/** One attribute as it travels; what its bytes mean, the readers below say. */
export type StunAttribute = { readonly type: number; readonly value: Uint8Array }

/** Attribute types (RFC 8489 §18.3, RFC 8656 §18). Below 0x8000 a receiver must know them or refuse. */
export const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  evenPort: 0x0018,
  requestedTransport: 0x0019,
  dontFragment: 0x001a,
  integritySha256: 0x001c,
  xorMappedAddress: 0x0020,
  reservationToken: 0x0022,
  additionalAddressFamily: 0x8000,
  addressErrorCode: 0x8001,
  fingerprint: 0x8028,
} as const

/** Family numbers of address attributes (RFC 8489 §14.1), and what they are called in RFC 8656 §18.7. */
export const FAMILY = { ipv4: 0x01, ipv6: 0x02 } as const

const FIRST_OPTIONAL_TYPE = 0x8000
const KNOWN: ReadonlySet<number> = new Set(Object.values(ATTRIBUTE))
const ADDRESS_HEADER_BYTES = 4
const COOKIE = Uint8Array.of(0x21, 0x12, 0xa4, 0x42)
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The first attribute of a type counts; later ones are ignored (RFC 8489 §14). */
export function findAttribute(
  attributes: readonly StunAttribute[],
  type: number,
): Uint8Array | null {
  return attributes.find((attribute) => attribute.type === type)?.value ?? null
}

/** Types that must be understood and are not: the sender is told so with a 420. */
export function unknownTypes(attributes: readonly StunAttribute[]): number[] {
  return attributes
    .map(({ type }) => type)
    .filter((type) => type < FIRST_OPTIONAL_TYPE && !KNOWN.has(type))
}

export function familyOf(ip: IpAddress): number {
  return ip.length === 4 ? FAMILY.ipv4 : FAMILY.ipv6
}

/** A text attribute (USERNAME, REALM, NONCE), or `null` when it is not UTF-8. */
export function readText(value: Uint8Array): string | null {
  try {
    return decoder.decode(value)
  } catch {
    return null // the decoder is fatal: malformed UTF-8 is the sender's fault
  }
}

/** A 32-bit attribute (LIFETIME). */
export function readUint32(value: Uint8Array): number | null {
  return value.length === 4 ? viewOf(value).getUint32(0) : null
}

/** CHANNEL-NUMBER: 16 bits, then 16 reserved (RFC 8656 §18.1). */
export function readChannelNumber(value: Uint8Array): number | null {
  return value.length === 4 ? viewOf(value).getUint16(0) : null
}

/** REQUESTED-TRANSPORT, REQUESTED- and ADDITIONAL-ADDRESS-FAMILY: one byte, then three reserved. */
export function readLeadingByte(value: Uint8Array): number | null {
  return value.length === 4 ? viewOf(value).getUint8(0) : null
}

/** XOR-PEER-ADDRESS and its kin (RFC 8489 §14.2). An IPv4-mapped IPv6 address stays IPv6 here. */
export function readXorAddress(
  value: Uint8Array,
  transaction: Uint8Array,
): TransportAddress | null {
  const family = value[1]
  const ipBytes = value.length - ADDRESS_HEADER_BYTES
  if (family === FAMILY.ipv4 ? ipBytes !== 4 : family !== FAMILY.ipv6 || ipBytes !== 16) return null
  return {
    ip: xorIp(value.subarray(ADDRESS_HEADER_BYTES), transaction),
    port: viewOf(value).getUint16(2) ^ 0x2112,
  }
}

export function writeXorAddress(
  { ip, port }: TransportAddress,
  transaction: Uint8Array,
): Uint8Array {
  const value = new Uint8Array(ADDRESS_HEADER_BYTES + ip.length)
  value[1] = familyOf(ip)
  viewOf(value).setUint16(2, port ^ 0x2112)
  value.set(xorIp(ip, transaction), ADDRESS_HEADER_BYTES)
  return value
}

export function writeUint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  viewOf(bytes).setUint32(0, value)
  return bytes
}

/** ERROR-CODE: class and number in separate bytes, then the phrase (RFC 8489 §14.8). */
export function writeErrorCode(code: number, reason: string): Uint8Array {
  const phrase = Buffer.from(reason)
  return Buffer.concat([Uint8Array.of(0, 0, Math.floor(code / 100), code % 100), phrase])
}

/** UNKNOWN-ATTRIBUTES: 16 bits each (RFC 8489 §14.13). */
export function writeUnknownAttributes(types: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(types.length * 2)
  types.forEach((type, index) => viewOf(bytes).setUint16(index * 2, type))
  return bytes
}

/** IPv4 is XORed with the magic cookie, IPv6 with cookie and transaction. Its own inverse. */
function xorIp(ip: Uint8Array, transaction: Uint8Array): IpAddress {
  return ip.map((byte, index) => byte ^ (COOKIE[index] ?? transaction[index - COOKIE.length] ?? 0))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
