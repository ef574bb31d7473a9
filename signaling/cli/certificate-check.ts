import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { type Check, failed, type Finding, good, warning } from './check.ts'
import { notReached, tellCode } from './unreachable.ts'

export type CertificateCheckDeps = {
  readonly origin: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly ca?: string | undefined
}

const DAY_MS = 24 * 60 * 60 * 1000
const WARN_DAYS = 14
const RENEW =
  'Renew it; see that what renews it (certbot, Caddy, acme.sh) runs and reaches its authority.'

/** The certificate that the service or the proxy before it shows: its days, its name, its chain. */
export function certificateCheck(deps: CertificateCheckDeps): Check {
  return { name: 'certificate', run: (signal) => askCertificate(deps, signal) }
}

function askCertificate(
  { origin, now, ca }: CertificateCheckDeps,
  signal: AbortSignal,
): Promise<Finding> {
  const url = new URL(origin)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const place = { host, port: Number(url.port || 443) }
  // Shown whatever is wrong with it: what is wrong is the finding. Nothing is sent over it.
  const options = { ...place, rejectUnauthorized: false, ...(ca !== undefined && { ca }) }
  return new Promise((resolve) => {
    const socket = connect({ ...options, ...(isIP(host) === 0 && { servername: host }) })
    const end = (finding: Finding): void => {
      resolve(finding)
      socket.destroy()
    }
    signal.addEventListener('abort', () => socket.destroy(), { once: true })
    socket.on('error', (error) => end(notReached(error)))
    socket.once('secureConnect', () => {
      const endsAt = Date.parse(socket.getPeerCertificate().valid_to)
      // Node types it as an Error and gives a code as text.
      const fault: unknown = socket.authorized ? null : socket.authorizationError
      end(judge((endsAt - now()) / DAY_MS, fault))
    })
  })
}

function judge(daysLeft: number, fault: unknown): Finding {
  if (!(daysLeft > 0)) return failed('expired', RENEW)
  const days = `${Math.floor(daysLeft)} days left`
  if (fault !== null) {
    const what = tellCode(typeof fault === 'string' ? fault : '')
    return failed(
      `${what} (${days})`,
      'TLS_CERT must hold the whole chain, for the name in PUBLIC_URL, of an authority that browsers know.',
    )
  }
  if (daysLeft < WARN_DAYS) return warning(days, RENEW)
  return good(`for this name, chain whole, ${days}`)
}
