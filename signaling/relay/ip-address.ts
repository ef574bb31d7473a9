import { isIP } from 'node:net'

/** An IP address as bytes in network order: 4 for IPv4, 16 for IPv6. Made by this file's parsers. */
export type IpAddress = Uint8Array

/** An address and a port, as STUN's address attributes carry them. */
export type TransportAddress = { readonly ip: IpAddress; readonly port: number }

const IPV4_BYTES = 4
const IPV6_BYTES = 16
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/**
 * Reads an address in text, or `null`. IPv4 inside IPv6 (`::ffff:192.0.2.1`, as a dual-stack socket
 * names its IPv4 senders) comes out as IPv4; a zone (`%eth0`) is dropped.
 */
export function parseIp(text: string): IpAddress | null {
  const address = text.split('%', 1)[0] ?? ''
  const family = isIP(address)
  if (family === 4) return parseIpv4(address)
  return family === 6 ? unmapped(parseIpv6(address)) : null
}

export function sameIp(left: IpAddress, right: IpAddress): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}

/**
 * Whom a quota counts as one source: the IPv4 address, or the first 64 bits of an IPv6 address,
 * since one household holds 2⁶⁴ of them.
 */
export function quotaSource(address: string): string {
  const ip = parseIp(address)
  if (ip === null) return address
  return Buffer.from(ip.subarray(0, 8)).toString('hex') // all of an IPv4 address
}

function parseIpv4(address: string): IpAddress {
  return Uint8Array.from(address.split('.'), Number)
}

/** `address` has passed `isIP`, so that at most one `::` stands in it and every group is hexadecimal. */
function parseIpv6(address: string): IpAddress {
  const [head = '', tail] = address.split('::', 2)
  const front = groupBytes(head)
  const back = groupBytes(tail ?? '')
  const bytes = new Uint8Array(IPV6_BYTES)
  bytes.set(front)
  bytes.set(back, IPV6_BYTES - back.length)
  return bytes
}

function groupBytes(groups: string): number[] {
  if (groups === '') return []
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return [...parseIpv4(group)]
    const value = Number.parseInt(group, 16)
    return [value >>> 8, value & 0xff]
  })
}

function unmapped(ip: IpAddress): IpAddress {
  const mapped = MAPPED_PREFIX.every((byte, index) => byte === ip[index])
  return mapped ? ip.subarray(IPV6_BYTES - IPV4_BYTES) : ip
}
