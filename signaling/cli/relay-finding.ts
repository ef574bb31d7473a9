import { failed, type Finding, good } from './check.ts'
import type { ProbeStep, ProbeVerdict } from './turn-probe/prove-relay.ts'
import type { TurnPlace } from './turn-probe/turn-place.ts'
import { tellCode } from './unreachable.ts'

type Failure = Extract<ProbeVerdict, { type: 'failed' }>

const AT_STEP: Readonly<Record<ProbeStep, string>> = {
  connect: 'when connecting',
  binding: 'when asked where it sees us',
  allocate: 'when asked for an address',
  permission: 'when two were to permit each other',
  data: 'when data was to pass from one to the other',
  closedness: 'when asked for a way to 127.0.0.1',
}

/** A relay's verdict in plain words. */
export function tellVerdict(verdict: ProbeVerdict, place: TurnPlace): Finding {
  if (verdict.type === 'proven') {
    return good('data passes both ways, and nothing to its own computer')
  }
  return failed(...tellFailure(verdict, place))
}

function tellFailure({ reason, step }: Failure, place: TurnPlace): [string, string] {
  const opened = `See that the service runs, and that the firewall lets ${portOf(place)} in.`
  switch (reason.type) {
    case 'no-url':
      return ['not the address of a TURN server', 'Mend TURN_URLS.']
    case 'unreachable':
      return [tellCode(reason.code), opened]
    case 'silent':
      return [`the relay was silent ${AT_STEP[step]}`, opened]
    case 'cut':
      return [`the relay cut the connection ${AT_STEP[step]}`, opened]
    case 'garbled':
      return [
        `what answers is no TURN server (${AT_STEP[step]})`,
        `See what else uses ${portOf(place)}: a proxy in front must pass TURN on untouched.`,
      ]
    case 'open':
      return [
        'the relay reaches into its own computer: it permits 127.0.0.1',
        'Deny it (coturn: no allow-loopback-peers, and denied-peer-ip), or use the built-in relay.',
      ]
    case 'refused':
      return [`the relay refused with ${reason.code} ${AT_STEP[step]}`, tellRefusal(reason.code)]
  }
}

function tellRefusal(code: number): string {
  switch (code) {
    case 401:
    case 438:
      return 'Secret or clock differ: TURN_SECRET must be the relay’s own, DATA_DIR the service’s, both clocks right.'
    case 403:
      return 'The relay must let its own addresses reach each other (coturn: allowed-peer-ip).'
    case 440:
      return 'RELAY_PUBLIC_IP has no address of that family.'
    case 486:
    case 508:
      return 'The relay is full; try again, and look at hamsa_relay in /metrics.'
    default:
      return 'See the log of the relay.'
  }
}

function portOf({ transport, port }: TurnPlace): string {
  return `${transport === 'udp' ? 'UDP' : 'TCP'} port ${port}`
}
