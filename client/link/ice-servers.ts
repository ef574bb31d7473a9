/* Relay credentials from the service's `/ice`, short-lived (TURN REST); kept until shortly before they run out. */
import { UNKNOWN_SHOP } from '@hamsa/signaling/protocol'
import type { Clock } from '../clock.ts'
import type { RelayTag } from './relay-tag.ts'

const MAX_ANSWER_CHARS = 16 * 1024
const MAX_SERVERS = 8
const MAX_URLS = 8
const MAX_TEXT_CHARS = 512
const RELAY_URL = /^turns?:[A-Za-z0-9.:[\]_-]+(\?transport=(udp|tcp))?$/
/** Asked anew this long before the credentials run out. */
const MARGIN_MS = 60_000
/** An answer that takes longer counts as none. */
const PATIENCE_MS = 5_000
/** When the credentials do not say when they run out. */
const DEFAULT_LIFE_MS = 5 * 60_000
/** Stands for every tag: longer than one. */
const FOR_ALL = 'for all'

export type IceServer = {
  readonly urls: readonly string[]
  readonly username: string
  readonly credential: string
}

/**
 * Asks the service for a tag, on behalf of the shop with this inbox topic, if any; `null` when it
 * can't be reached or answers with anything but success or a refusal (403).
 */
export type FetchIce = (tag: RelayTag, inbox: string | null) => Promise<string | null>

export interface IceServers {
  /** Relays with credentials that are good for now; `null` when there is no relay. Never rejects. */
  get(tag: RelayTag, inbox?: string): Promise<readonly IceServer[] | null>
  /** Whether the last answer was that the service does not serve this shop. */
  isUnknownShop(): boolean
  /** Forgets what is kept: the relay did not take it. */
  forget(): void
}

type Kept = { readonly servers: readonly IceServer[]; readonly untilMs: number }

/**
 * Keeps one answer for all, or one for each tag where the service gives several relays by tag; asks
 * once at a time for a tag.
 */
export function makeIceServers(fetchIce: FetchIce, clock: Clock): IceServers {
  const kept = new Map<RelayTag | typeof FOR_ALL, Kept>()
  let isUnknownShop = false
  const asking = new Map<RelayTag, Promise<readonly IceServer[] | null>>()

  async function ask(tag: RelayTag, inbox: string | null): Promise<readonly IceServer[] | null> {
    const text = await new Promise<string | null>((resolve) => {
      const cancel = clock.after(PATIENCE_MS, () => resolve(null))
      const answer = fetchIce(tag, inbox).catch(() => null) // unreachable is the same as no relay
      void answer.then(resolve).finally(cancel)
    })
    const servers = text === null ? null : parseIceServers(text)
    isUnknownShop = text !== null && isRefusal(text)
    if (text === null || servers === null) return null
    kept.set(isByTag(text) ? tag : FOR_ALL, { servers, untilMs: lifeOf(servers, clock.now()) })
    return servers
  }

  return {
    get(tag, inbox) {
      for (const [key, { untilMs }] of kept) if (clock.now() >= untilMs) kept.delete(key)
      const found = kept.get(FOR_ALL) ?? kept.get(tag)
      if (found !== undefined) return Promise.resolve(found.servers)
      const asked = asking.get(tag) ?? ask(tag, inbox ?? null).finally(() => asking.delete(tag))
      asking.set(tag, asked)
      return asked
    },
    isUnknownShop: () => isUnknownShop,
    forget() {
      kept.clear()
    },
  }
}

/** Whether another tag may get another relay. */
function isByTag(text: string): boolean {
  const answer = parseJson(text)
  return isRecord(answer) && answer.byTag === true
}

/** `{iceServers: […]}` rebuilt, TURN servers with credentials only (a STUN server would show our address); `null` when none is left. */
export function parseIceServers(text: string): readonly IceServer[] | null {
  if (text.length > MAX_ANSWER_CHARS) return null
  const answer = parseJson(text)
  if (!isRecord(answer) || !Array.isArray(answer.iceServers)) return null
  const rows: readonly unknown[] = answer.iceServers
  const servers = rows.slice(0, MAX_SERVERS).flatMap((row) => parseServer(row) ?? [])
  return servers.length === 0 ? null : servers
}

function isRefusal(text: string): boolean {
  if (text.length > MAX_ANSWER_CHARS) return false
  const answer = parseJson(text)
  return isRecord(answer) && answer.error === UNKNOWN_SHOP
}

function parseServer(row: unknown): IceServer | null {
  if (!isRecord(row) || !isText(row.username) || !isText(row.credential)) return null
  const listed: readonly unknown[] = Array.isArray(row.urls) ? row.urls : [row.urls]
  const urls = listed.filter((url) => isText(url)).filter((url) => RELAY_URL.test(url))
  if (urls.length === 0) return null
  return { urls: urls.slice(0, MAX_URLS), username: row.username, credential: row.credential }
}

/** TURN REST user names begin with their expiry in Unix seconds; the earliest counts. */
function lifeOf(servers: readonly IceServer[], nowMs: number): number {
  const ends = servers.map(({ username }) => {
    const seconds = /^(\d{10,11})(:|$)/.exec(username)?.[1]
    return seconds === undefined ? nowMs + DEFAULT_LIFE_MS : Number(seconds) * 1000 - MARGIN_MS
  })
  return Math.min(...ends)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT_CHARS
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // not JSON: something else answers at this address
  }
}
