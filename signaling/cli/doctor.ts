import { originOf } from '../server.ts'
import type { IceServer } from '../ice.ts'
import type { Settings } from '../settings.ts'
import { judgeAddress } from './address-finding.ts'
import { certificateCheck } from './certificate-check.ts'
import { type CheckReport, failed, type Finding, runCheck, warning, withinTime } from './check.ts'
import { hostChecks, judgeOrigin } from './host-checks.ts'
import { askIce, makeOwnCredential } from './relay-access.ts'
import { tellVerdict } from './relay-finding.ts'
import { serviceChecks } from './service-checks.ts'
import { type ProbeVerdict, proveRelay } from './turn-probe/prove-relay.ts'
import { parseTurnPlace } from './turn-probe/turn-place.ts'
import { notReached } from './unreachable.ts'

/** Whom to examine. */
export type Patient =
  /** The service of this computer, by its own settings. */
  | { readonly type: 'here'; readonly settings: Settings }
  /** One that is known by its address; `inbox` is the inbox topic of a shop that it serves. */
  | { readonly type: 'address'; readonly origin: string; readonly inbox: string | null }

export type DoctorDeps = {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds, never going back. */
  readonly monotonicNow: () => number
  readonly random: (length: number) => Uint8Array
  /** For each check. */
  readonly timeoutMs: number
  /** Certificates of authorities in PEM that are trusted instead of the system's. */
  readonly ca?: string | undefined
}

export type DoctorReport = {
  /** Nothing has failed. */
  readonly ok: boolean
  readonly url: string
  readonly checks: readonly CheckReport[]
}

/** Every check at once, each with a time of its own; the report keeps one order. Never rejects for what it meets. */
export async function examine(patient: Patient, deps: DoctorDeps): Promise<DoctorReport> {
  const settings = patient.type === 'here' ? patient.settings : null
  const origin = patient.type === 'address' ? patient.origin : originIn(patient.settings)
  const asked = [
    ...serviceChecks({ ...deps, origin }),
    ...(origin.startsWith('https:') ? [certificateCheck({ ...deps, origin })] : []),
    ...(settings === null ? [] : hostChecks(settings)),
  ]
  const [plain, relay] = await Promise.all([
    Promise.all(asked.map((check) => runCheck(check, deps.timeoutMs))),
    examineRelays(patient, origin, deps),
  ])
  const checks = [
    ...plain,
    ...relay.reports,
    ...(relay.hasUrls
      ? [{ name: 'public address', ...judgeAddress(origin, settings, relay.proven) }]
      : []),
    { name: 'public URL', ...judgeOrigin(origin, settings) },
  ]
  return { ok: checks.every(({ status }) => status !== 'failed'), url: origin, checks }
}

function originIn({ publicOrigin, host, port, tls }: Settings): string {
  return publicOrigin ?? originOf(host, port, tls !== null)
}

type Relays = {
  readonly reports: readonly CheckReport[]
  readonly hasUrls: boolean
  readonly proven: Extract<ProbeVerdict, { type: 'proven' }> | null
}

async function examineRelays(patient: Patient, origin: string, deps: DoctorDeps): Promise<Relays> {
  const access = await accessFor(patient, origin, deps)
  if (!('urls' in access)) {
    return { reports: [{ name: 'relay', ...access }], hasUrls: false, proven: null }
  }
  const results = await Promise.all(access.urls.map((url) => examineRelay(url, access, deps)))
  const proven = results.flatMap(({ verdict }) => (verdict?.type === 'proven' ? [verdict] : []))
  return {
    reports: results.map(({ report }) => report),
    hasUrls: true,
    proven: proven[0] ?? null,
  }
}

async function examineRelay(
  url: string,
  credential: IceServer,
  deps: DoctorDeps,
): Promise<{ readonly report: CheckReport; readonly verdict: ProbeVerdict | null }> {
  const place = parseTurnPlace(url)
  if (place === null) {
    const finding = failed('a URL that no TURN server has', 'Mend TURN_URLS.')
    return { report: { name: 'relay', ...finding }, verdict: null }
  }
  let verdict: ProbeVerdict | null = null
  const name = `relay over ${place.transport.toUpperCase()} at ${place.host} port ${place.port}`
  const run = async (signal: AbortSignal): Promise<Finding> => {
    verdict = await proveRelay([url], credential, { ...deps, signal })
    return tellVerdict(verdict, place)
  }
  return { report: await runCheck({ name, run }, deps.timeoutMs), verdict }
}

/** What browsers get of `/ice`; where only shops get it, the same made here, by the shared secret. */
async function accessFor(
  patient: Patient,
  origin: string,
  deps: DoctorDeps,
): Promise<IceServer | Finding> {
  const inbox = patient.type === 'address' ? patient.inbox : null
  const ask = (signal: AbortSignal) => askIce(origin, inbox, { ...deps, signal })
  const answer = await withinTime(ask, deps.timeoutMs).catch((error: unknown) => notReached(error))
  if (answer !== null && 'type' in answer) {
    if (answer.type === 'server') return answer.server
    if (answer.type === 'none') {
      return warning(
        'the service has none: no browser will connect to another',
        'Set RELAY=closed, or TURN_URLS and TURN_SECRET.',
      )
    }
    if (answer.type === 'shops-only' && patient.type === 'address') {
      return warning(
        'not tried: the service gives credentials to its shops alone',
        'Run doctor on its own computer, or name the inbox of a shop with --inbox.',
      )
    }
  }
  const own = patient.type === 'here' ? await ownFor(patient.settings, deps) : null
  if (own !== null) return own
  if (answer !== null && 'status' in answer) return answer
  return failed('/ice does not tell of one', 'See that the address leads to this service.')
}

async function ownFor(settings: Settings, deps: DoctorDeps): Promise<IceServer | Finding | null> {
  try {
    return await makeOwnCredential(settings, deps.now())
  } catch {
    return failed('its secret cannot be read', 'See DATA_DIR/relay-secret and whose it is.')
  }
}
