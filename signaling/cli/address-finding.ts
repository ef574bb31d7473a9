import { isIP } from 'node:net'
import { type IpAddress, parseIp, sameIp } from '../relay/ip-address.ts'
import { isLoopback, isLocalOrigin } from '../setting-parsers.ts'
import type { Settings } from '../settings.ts'
import { failed, type Finding, good, warning } from './check.ts'
import type { ProbeVerdict } from './turn-probe/prove-relay.ts'

type Proven = Extract<ProbeVerdict, { type: 'proven' }>

const SET_IT = 'Set RELAY_PUBLIC_IP to the address at which browsers reach this computer.'
/** Networks of one's own: RFC 1918, RFC 4193, link-local. */
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]|fe[89ab])/

/**
 * Whether what the relay tells browsers leads to it. `settings` are `null` where only the address of
 * the service is known; `proven` is what one relay said, `null` when none did.
 */
export function judgeAddress(
  origin: string,
  settings: Settings | null,
  proven: Proven | null,
): Finding {
  const wanted = settings?.relay.type === 'closed' ? settings.relay.publicAddresses : null
  const told = proven === null ? null : textOfIp(proven.relayed.ip)
  const address = told ?? wanted?.[0] ?? null
  if (address === null) return warning('not known: no relay answered', 'Mend the relay first.')
  if (!isLocalOrigin(origin) && isOfNobody(address)) {
    return failed(`the relay tells browsers ${address}, which is their own computer`, SET_IT)
  }
  if (proven !== null && wanted !== null && !wanted.some((text) => isSame(text, proven))) {
    return failed(
      `the relay tells browsers ${address}, and RELAY_PUBLIC_IP is ${wanted.join(', ')}`,
      'Start the service again with these settings.',
    )
  }
  if (!isLocalOrigin(origin) && PRIVATE.test(address)) {
    return warning(
      `the relay tells browsers ${address}, which only this network reaches`,
      `${SET_IT} Within one network it may stay.`,
    )
  }
  if (proven === null)
    return warning(`${address}, unproven: no relay answered`, 'Mend the relay first.')
  const isSeen = sameIp(proven.mapped.ip, proven.relayed.ip)
  return good(isSeen ? `${address}, and the relay sees this computer there` : address)
}

function isOfNobody(address: string): boolean {
  return isLoopback(address) || address === '0.0.0.0' || address === '::'
}

function isSame(text: string, { relayed }: Proven): boolean {
  const ip = parseIp(text)
  return ip !== null && sameIp(ip, relayed.ip)
}

/** As people write it. */
function textOfIp(ip: IpAddress): string {
  if (ip.length === 4) return ip.join('.')
  const groups = Buffer.from(ip)
    .toString('hex')
    .replace(/(.{4})(?!$)/g, '$1:')
  const { hostname } = new URL(`http://[${groups}]/`)
  const short = hostname.slice(1, -1)
  return isIP(short) === 6 ? short : groups
}
