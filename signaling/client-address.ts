import { BlockList, isIP } from 'node:net'

/** What came with a request: the address at the other end of its connection, and `X-Forwarded-For`. */
export type Hops = {
  readonly remote: string | undefined
  readonly forwardedFor: string | readonly string[] | undefined
}

/** Addresses and networks whose `X-Forwarded-For` is believed. */
export type TrustedProxies = {
  has(address: string): boolean
}

/** More proxies than anyone puts one behind the other. */
const MAX_HOPS = 16
const NETWORK = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/
/** Some proxies add the port: `192.0.2.1:5000`, `[2001:db8::1]:5000`. */
const WITH_PORT = /^(?:\[([0-9a-fA-F:.]+)\](?::\d+)?|([\d.]+):\d+)$/

/** Reads `192.0.2.1` and `10.0.0.0/8`, IPv6 likewise; `null` when one of them is neither. */
export function parseTrustedProxies(items: readonly string[]): TrustedProxies | null {
  const list = new BlockList()
  for (const item of items) {
    const [, address = '', bits] = NETWORK.exec(item) ?? []
    const version = isIP(address)
    if (version === 0) return null
    const width = version === 4 ? 32 : 128
    const prefix = bits === undefined ? width : Number(bits)
    if (prefix > width) return null
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6')
  }
  // A list of IPv4 networks knows their mapped forms (`::ffff:10.0.0.1`) too.
  return { has: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)) }
}

/**
 * Who sent a request: the nearest address that is not a trusted proxy's. What an untrusted hop
 * claims about the hops behind it counts for nothing.
 */
export function clientAddress(hops: Hops, proxies: TrustedProxies): string {
  const claimed = [hops.forwardedFor ?? []].flat().join(',').split(',').slice(-MAX_HOPS)
  let address = hops.remote ?? ''
  while (proxies.has(address)) {
    const next = parseHop(claimed.pop())
    if (next === null) break
    address = next
  }
  return address
}

function parseHop(text: string | undefined): string | null {
  const hop = text?.trim() ?? ''
  const [, inBrackets, beforePort] = WITH_PORT.exec(hop) ?? []
  const address = inBrackets ?? beforePort ?? hop
  return isIP(address) === 0 ? null : address
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
