/* Texts of settings to values; `null` for what a setting cannot be. */
import { isIP } from 'node:net'
import type { NatsServers } from './bus/nats-bus.ts'
import { LOG_LEVELS, type LogLevel } from './logger.ts'
import type { RelayNode } from './relay-nodes.ts'
import { parseShopId } from './shops/shop-id.ts'
import type { ShopsSettings } from './shops/shops.ts'

const TURN_URL = /^turns?:[^\s,/?#]+(?:\?transport=(?:udp|tcp))?$/
export const LEAST_SECRET_CHARS = 16
const NATS_PORT = 4222
const MAX_COUNT = 1_000_000

/** Whether only this computer can reach the address. */
export function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

export function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  return port <= 65_535 ? port : null
}

/** A whole number from 1 to 1,000,000. */
export function parseCount(text: string): number | null {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= MAX_COUNT ? count : null
}

export function parseHost(text: string): string | null {
  return text === 'localhost' ? '127.0.0.1' : parseIp(text)
}

/** Whether an origin, as `parseOrigin` gives it, leads to the computer that asks. */
export function isLocalOrigin(origin: string): boolean {
  const { hostname } = new URL(origin)
  return hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''))
}

export function parseSecret(text: string): string | null {
  return text.length >= LEAST_SECRET_CHARS ? text : null
}

/** Servers of one cluster: the first one says user, password and whether they are spoken to over TLS. */
export function parseNatsUrls(text: string): NatsServers | null {
  const items = text.split(',')
  const urls = items.flatMap((item) => parseNatsUrl(item.trim()) ?? [])
  const [first] = urls
  if (first === undefined || urls.length !== items.length) return null
  return {
    servers: urls.map(({ hostname, port }) => `${hostname}:${port === '' ? NATS_PORT : port}`),
    isEncrypted: first.protocol === 'tls:',
    user: first.username === '' ? null : decodeURIComponent(first.username),
    password: first.password === '' ? null : decodeURIComponent(first.password),
  }
}

function parseNatsUrl(text: string): URL | null {
  if (!/^(?:nats|tls):\/\/[^\s/?#]+\/?$/.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  try {
    decodeURIComponent(url.username + url.password)
  } catch {
    return null // a % that stands for nothing
  }
  return url.hostname === '' ? null : url
}

export function parseLogLevel(text: string): LogLevel | null {
  return LOG_LEVELS.find((level) => level === text) ?? null
}

export function parseShops(text: string): ShopsSettings | null {
  if (text === 'open' || text === 'claimed') return { type: text }
  const items = text.split(',')
  const ids = items.flatMap((item) => parseShopId(item.trim()) ?? [])
  return ids.length === items.length ? { type: 'listed', ids } : null
}

export function parseIp(text: string): string | null {
  return isIP(text) === 0 ? null : text
}

/** One address, or one of each family. */
export function parsePublicIps(text: string): readonly string[] | null {
  const addresses = parseListOf(parseIp)(text)
  const families = new Set(addresses?.map((address) => isIP(address)))
  return families.size === addresses?.length ? addresses : null
}

export function parseOrigin(text: string): string | null {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return null
  const { origin, href } = new URL(text)
  return href === `${origin}/` ? origin : null
}

function parseTurnUrl(text: string): string | null {
  return TURN_URL.test(text) ? text : null
}

/** URLs with commas between, relays with semicolons; one of each is the usual case. */
export function parseNodes(text: string): readonly RelayNode[] | null {
  const nodes = text.split(';').map((node) => parseListOf(parseTurnUrl)(node))
  return nodes.every((node) => node !== null) ? nodes : null
}

export function parseRelayWord(text: string): 'closed' | 'off' | null {
  return text === 'closed' || text === 'off' ? text : null
}

/** A list with commas between; `null` when one item is wrong. */
export function parseListOf(parse: (text: string) => string | null) {
  return (text: string): readonly string[] | null => {
    const items = text.split(',').map((item) => parse(item.trim()))
    return items.every((item) => item !== null) ? items : null
  }
}
