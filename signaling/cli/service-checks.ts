import { WebSocket } from 'ws'
import { type Check, failed, type Finding, good, warning } from './check.ts'
import { httpAnswer } from './http-answer.ts'
import { notReached } from './unreachable.ts'

export type ServiceChecksDeps = {
  /** Where the service is asked, as a browser names it. */
  readonly origin: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds, never going back. */
  readonly monotonicNow: () => number
  readonly ca?: string | undefined
}

/** Far above a pong's length: what is longer is cut. */
const MAX_FRAME_BYTES = 64 * 1024
/** A credential's end is judged by another clock than the one that set it: browsers, relay, service. */
const MAX_SKEW_MS = 60_000
const PONG = '{"type":"pong"}'

/** Signalling, pages and clock, over nothing but what browsers use. */
export function serviceChecks(deps: ServiceChecksDeps): readonly Check[] {
  return [
    { name: 'signalling', run: (signal) => askSocket(deps, signal) },
    { name: 'pages', run: (signal) => askPages(deps, signal) },
    { name: 'clock', run: (signal) => askClock(deps, signal) },
  ]
}

/** Opens with the page's own `Origin`, so that a wrong PUBLIC_URL is found. */
function askSocket(deps: ServiceChecksDeps, signal: AbortSignal): Promise<Finding> {
  const { origin, ca, monotonicNow } = deps
  const startedAt = monotonicNow()
  const options = { origin, maxPayload: MAX_FRAME_BYTES, ...(ca !== undefined && { ca }) }
  return new Promise((resolve) => {
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/signal`, options)
    const end = (finding: Finding): void => {
      resolve(finding)
      socket.terminate()
    }
    signal.addEventListener('abort', () => socket.terminate(), { once: true })
    socket.on('error', (error) => end(notReached(error)))
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => end(tellStatus(statusCode)))
    socket.on('close', (code) =>
      end(failed(`the socket was closed with ${code}`, 'See the log of the service.')),
    )
    socket.on('open', () => socket.send('{"type":"ping"}'))
    socket.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString() : ''
      const tookMs = Math.round(monotonicNow() - startedAt)
      if (text === PONG) return end(good(`opened and answered in ${tookMs} ms`))
      end(failed('something else than Hamsa answers', 'See that PUBLIC_URL leads to this service.'))
    })
  })
}

function tellStatus(status: number): Finding {
  if (status === 403) {
    return failed(
      'the service does not let pages of this address in (403)',
      'Set PUBLIC_URL, or ALLOWED_ORIGINS, to this address and start again.',
    )
  }
  if (status === 429 || status === 503) {
    return warning(`the service is full or stops (${status})`, 'Try again in a minute.')
  }
  return failed(
    `no WebSocket opens at /signal (HTTP ${status})`,
    'A proxy in front must pass upgrades on: deploy/ has three that do.',
  )
}

async function askPages(deps: ServiceChecksDeps, signal: AbortSignal): Promise<Finding> {
  try {
    const { status, headers } = await httpAnswer(`${deps.origin}/desk`, { ...deps, signal })
    if (status !== 200) {
      return failed(
        `the desk is answered with HTTP ${status}`,
        status >= 300 && status < 400
          ? 'Give the address that people end up at as --url or PUBLIC_URL.'
          : 'Build the pages (npm run build), and see that the address leads to this service.',
      )
    }
    const policy = headers['content-security-policy'] ?? ''
    return policy.includes("default-src 'none'")
      ? good('there, with their security policy')
      : failed(
          'the strict content security policy is not there',
          'A proxy in front has removed or replaced it: let it pass.',
        )
  } catch (error) {
    return notReached(error)
  }
}

async function askClock(deps: ServiceChecksDeps, signal: AbortSignal): Promise<Finding> {
  try {
    const startedAt = deps.now()
    const { headers } = await httpAnswer(`${deps.origin}/healthz`, { ...deps, signal })
    const saidAt = Date.parse(headers.date ?? '')
    if (Number.isNaN(saidAt)) {
      return warning('the service does not tell the time', 'Let the Date header pass.')
    }
    // Whole seconds are told, so half a second is added; and it was told half-way.
    const skewMs = saidAt + 500 - (startedAt + deps.now()) / 2
    const seconds = Math.round(Math.abs(skewMs) / 1000)
    if (Math.abs(skewMs) < MAX_SKEW_MS) return good(`within ${Math.max(seconds, 1)} s of this one`)
    return failed(
      `the service's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this one`,
      'Set both clocks by NTP (timedatectl set-ntp true): relay credentials end by the clock.',
    )
  } catch (error) {
    return notReached(error)
  }
}
