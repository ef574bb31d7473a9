import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import type { AddressAccount } from './address-account.ts'
import type { Counts } from './counts.ts'
import { type IceServer } from './ice.ts'
import { isAllowedOrigin, type OriginRules } from './origins.ts'
import { INBOX_HEADER, UNKNOWN_SHOP } from './protocol.ts'
import { parseRelayTag } from './relay-nodes.ts'
import { securityHeaders } from './security-headers.ts'
import type { Patrons } from './shops/patrons.ts'

export type PagesDeps = {
  readonly origins: OriginRules
  /** The built client: pages, and `assets/` with a hash in each name. */
  readonly clientDir: string
  readonly version: string
  readonly iceServers: (tag: string) => readonly IceServer[]
  /** Whether the tag makes a difference. */
  readonly iceByTag: boolean
  readonly patrons: Patrons
  readonly counts: Counts
  /** Whether the service takes new sockets: not while it stops. */
  readonly isReady: () => boolean
  /** Whether the relay carries data. */
  readonly relayWorks: () => Promise<boolean>
  /** Answers `/metrics`; `null` where it is not asked for. */
  readonly metrics: RequestHandler | null
  readonly accountOf: (request: IncomingMessage) => AddressAccount
  readonly log: (line: string) => void
}

const PAGES = { '/': 'index.html', '/desk': 'desk.html', '/c': 'chat.html' } as const

/** Everything that is asked for over HTTP. Nothing here reads a body, sets a cookie or notes who asked. */
export function makePages(deps: PagesDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', false)
  app.use(securityHeaders(deps.origins.publicOrigin))
  app.use(noStore)

  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.get('/readyz', async (_request, response) => {
    const works = deps.isReady() && (await deps.relayWorks())
    const status = !deps.isReady() ? 'draining' : works ? 'ready' : 'relay'
    response.status(status === 'ready' ? 200 : 503).json({ status })
  })
  if (deps.metrics !== null) app.get('/metrics', deps.metrics)
  app.get('/version', (_request, response) => {
    response.json({ version: deps.version })
  })
  app.get('/ice', async (request, response) => {
    const { origin, host } = request.headers
    if (!isAllowedOrigin(origin, host, deps.origins)) {
      response.status(403).json({ error: 'origin not allowed' })
      return
    }
    const tag = tagOf(request.url)
    if (tag === null) {
      response.status(400).json({ error: 'misshapen tag' })
      return
    }
    const isInTime = deps.accountOf(request).takeIceRequest()
    const verdict = isInTime ? await deps.patrons.judge(request.get(INBOX_HEADER)) : 'too-many'
    switch (verdict) {
      case 'served':
        deps.counts.credentials++
        response.json(iceAnswer(deps, tag))
        return
      case 'unknown':
        response.status(403).json({ error: UNKNOWN_SHOP })
        return
      case 'too-many':
        response.status(429).json({ error: 'too many requests' })
    }
  })

  for (const [path, file] of Object.entries(PAGES)) {
    app.get(path, noCache, (_request, response) => {
      response.sendFile(join(deps.clientDir, file), { cacheControl: false })
    })
  }
  const files = { index: false, redirect: false, cacheControl: false } as const
  app.use('/assets', immutable, express.static(join(deps.clientDir, 'assets'), files))
  app.use(noCache, express.static(deps.clientDir, files))

  app.get('/favicon.ico', (_request, response) => response.redirect(301, '/favicon.svg'))
  app.use(noStore, (request, response) => {
    // A person gets the first page, which knows the way; a program gets its word.
    if (request.method === 'GET' && request.accepts(['json', 'html']) === 'html') {
      response.status(404).sendFile(join(deps.clientDir, PAGES['/']), { cacheControl: false })
    } else {
      response.status(404).json({ error: 'not found' })
    }
  })
  app.use(answerError(deps.log))
  return app
}

/** The tag of `/ice?tag=…`, empty without one; `null` when it is misshapen. */
function iceAnswer({ iceServers, iceByTag }: PagesDeps, tag: string): object {
  return iceByTag ? { iceServers: iceServers(tag), byTag: true } : { iceServers: iceServers(tag) }
}

function tagOf(url: string): string | null {
  const tag = new URLSearchParams(url.split('?')[1]).get('tag')
  return tag === null ? '' : parseRelayTag(tag)
}

const caching =
  (value: string): RequestHandler =>
  (_request, response, next) => {
    response.setHeader('Cache-Control', value)
    next()
  }
const noStore = caching('no-store')
/** May be kept, but is asked for again each time: a page must never name the assets of an older build. */
const noCache = caching('no-cache')
/** The name has the content's hash in it. */
const immutable = caching('public, max-age=31536000, immutable')

/** Express knows an error handler by its four parameters. */
function answerError(log: (line: string) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const status = statusOf(error)
    if (status >= 500) log('A request failed inside the service.')
    if (response.headersSent) return next(error) // express cuts the connection
    response.setHeader('Cache-Control', 'no-store')
    response.status(status).json({ error: status === 404 ? 'not found' : 'not answered' })
  }
}

/** Faults of the request carry a 4xx status (a path that is no UTF-8, a file that is not there); all else is ours. */
function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'status' in error ? error.status : null
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}
