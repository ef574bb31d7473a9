import { randomBytes } from '@hamsa/crypto'
import { DEFAULT_LIFETIME_SECONDS, type IceServer, makeIceServers } from '../ice.ts'
import { INBOX_HEADER } from '../protocol.ts'
import { readRelaySecret } from '../relay-secret.ts'
import { relayUrls } from '../relay-urls.ts'
import { tlsPlace } from '../service.ts'
import type { Settings } from '../settings.ts'
import { type HttpDeps, httpAnswer } from './http-answer.ts'

export type IceAnswer =
  | { readonly type: 'server'; readonly server: IceServer }
  /** The service has no relay. */
  | { readonly type: 'none' }
  /** It gives credentials in the name of a shop alone. */
  | { readonly type: 'shops-only' }
  /** What it answers is no `/ice`. */
  | { readonly type: 'garbled' }

/** More than one service has any use for. */
const MAX_URLS = 8
const MAX_CHARS = 512

/** Asks `/ice` as a page does. `inbox` is a served shop's, or `null`. Rejects with Node's error. */
export async function askIce(
  origin: string,
  inbox: string | null,
  deps: HttpDeps,
): Promise<IceAnswer> {
  const headers = inbox === null ? {} : { [INBOX_HEADER]: inbox }
  const { status, text } = await httpAnswer(`${origin}/ice`, { ...deps, headers })
  if (status === 403) return { type: 'shops-only' }
  return status === 200 ? parseIce(text) : { type: 'garbled' }
}

/** Any text in; the first server that it names, rebuilt. */
export function parseIce(text: string): IceAnswer {
  const value = parseJson(text)
  if (!isRecord(value) || !Array.isArray(value.iceServers)) return { type: 'garbled' }
  const servers: readonly unknown[] = value.iceServers
  if (servers.length === 0) return { type: 'none' }
  const [first] = servers
  if (!isRecord(first) || !Array.isArray(first.urls)) return { type: 'garbled' }
  const { username, credential } = first
  const urls: readonly unknown[] = first.urls
  const texts = urls.filter((url) => isShortText(url))
  if (texts.length !== urls.length || urls.length === 0 || urls.length > MAX_URLS) {
    return { type: 'garbled' }
  }
  if (!isShortText(username) || !isShortText(credential)) return { type: 'garbled' }
  return { type: 'server', server: { urls: texts, username, credential } }
}

/**
 * A credential made here, by the secret that the service uses. `null` without a relay, where the
 * secret has not been made yet, and where RELAY_PORT is 0, which only the running service knows more of. Rejects with Node's error when the secret cannot be read.
 */
export async function makeOwnCredential(
  settings: Settings,
  nowMs: number,
  lifetimeSeconds = DEFAULT_LIFETIME_SECONDS,
): Promise<IceServer | null> {
  const { relay, dataDir } = settings
  if (relay.type === 'off' || (relay.type === 'closed' && relay.port === 0)) return null
  const secret = relay.secret ?? (await readRelaySecret(dataDir))
  if (secret === null) return null
  const urls = relay.nodes.length > 0 ? relay.nodes.flat() : closedUrls(settings, relay)
  return makeIceServers({ urls, secret, lifetimeSeconds }, nowMs, randomBytes)[0] ?? null
}

function closedUrls(settings: Settings, relay: Settings['relay']): readonly string[] {
  if (relay.type !== 'closed') return []
  const { publicAddresses: addresses, port, tlsPort } = relay
  return relayUrls({ addresses, port, tls: tlsPlace(settings, { port, tlsPort: tlsPort ?? 0 }) })
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_CHARS
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // the caller says what it means
  }
}
