import type { ByteReader, ByteWriter } from '@hamsa/crypto'

/* Several: count 1 ‖ each (length 1). */

/** Longest host name (RFC 1035 §2.3.4, without the root's dot). */
const MAX_HOST_BYTES = 253
/** Of payment hosts, and of link hosts. */
export const MAX_HOSTS = 12
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** Letters, or punycode: so no IPv4 address passes, in any notation. */
const TOP_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/

/**
 * Whether a text is a host name that someone can have registered: lower-case ASCII, at least two
 * labels, no address, no port, no dot at the end; an Arabic name in its punycode. Whether it is a
 * public suffix such as `com.sa`, the link guard knows.
 */
export function isHostName(text: string): boolean {
  if (text.length > MAX_HOST_BYTES) return false
  const labels = text.split('.')
  const top = labels.at(-1) ?? ''
  return labels.length >= 2 && TOP_LABEL.test(top) && labels.every((label) => LABEL.test(label))
}

/** Whether these are at most 12 host names, no two alike. */
export function areHosts(hosts: readonly string[]): boolean {
  if (hosts.length > MAX_HOSTS || new Set(hosts).size !== hosts.length) return false
  return hosts.every(isHostName)
}

export function writeHosts(writer: ByteWriter, hosts: readonly string[]): void {
  writer.uint(hosts.length, 1)
  for (const host of hosts) writer.text(host, 1)
}

/** Fails the reader when they are none. */
export function readHosts(reader: ByteReader): readonly string[] {
  const count = Math.min(reader.uint(1), MAX_HOSTS + 1)
  const hosts = Array.from({ length: count }, () => reader.text(1, MAX_HOST_BYTES))
  if (!areHosts(hosts)) reader.fail()
  return hosts
}
