import { isIPv6 } from 'node:net'

/** Where browsers reach the closed relay. */
export type RelayPlace = {
  /** Addresses, one or one of each family. */
  readonly addresses: readonly string[]
  /** UDP and TCP. */
  readonly port: number
  /** Where TLS is spoken; `host` must be a name or address that the certificate is for. */
  readonly tls: { readonly host: string; readonly port: number } | null
}

/**
 * What `/ice` lists: UDP first, which is the fastest; TCP for networks without UDP; TLS, on the port
 * of the pages where there is one, for networks that let nothing else out. Each costs a browser one
 * allocation, so that nothing is listed that another one covers.
 */
export function relayUrls({ addresses, port, tls }: RelayPlace): readonly string[] {
  const places = addresses.map((address) => `${named(address)}:${port}`)
  return [
    ...places.map((place) => `turn:${place}?transport=udp`),
    ...places.map((place) => `turn:${place}?transport=tcp`),
    ...(tls === null ? [] : [`turns:${named(tls.host)}:${tls.port}?transport=tcp`]),
  ]
}

function named(host: string): string {
  return isIPv6(host) ? `[${host}]` : host
}
