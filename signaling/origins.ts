import { isIP } from 'node:net'

export type OriginRules = {
  /** Where the service is reached from outside, when that is known. */
  readonly publicOrigin: string | null
  readonly allowedOrigins: readonly string[]
}

/**
 * Whether a request with this `Origin` and `Host` may use the service. No `Origin` means no
 * browser, which could send any other one too. A page that the service gave out itself names it in
 * both headers; that is believed only where `Host` is an address or `localhost`, since any name can
 * be made to point here.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  rules: OriginRules,
): boolean {
  if (origin === undefined) return true
  if (origin === rules.publicOrigin || rules.allowedOrigins.includes(origin)) return true
  const url = parseUrl(origin)
  return url !== null && host !== undefined && url.host === host && isOwnName(url.hostname)
}

function isOwnName(hostname: string): boolean {
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
