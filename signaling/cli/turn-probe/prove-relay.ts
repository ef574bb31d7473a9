import type { TurnCredential } from '../../relay/credentials.ts'
import { sameIp, type TransportAddress } from '../../relay/ip-address.ts'
import { TurnClient, type TurnClientDeps } from './turn-client.ts'
import { TurnFault, type TurnFaultReason } from './turn-fault.ts'
import { parseTurnPlace } from './turn-place.ts'

/** What a relay is asked for, one after the other. */
export type ProbeStep = 'connect' | 'binding' | 'allocate' | 'permission' | 'data' | 'closedness'

export type ProbeFailure =
  | TurnFaultReason
  /** It is no `turn:` or `turns:` URL. */
  | { readonly type: 'no-url' }
  /** It would carry data to the computer that it runs on. */
  | { readonly type: 'open' }

/** How one URL did: data went through it both ways, or what it failed at. */
export type ProbeVerdict =
  | {
      readonly type: 'proven'
      /** Of the first allocation: what browsers tell each other. */
      readonly relayed: TransportAddress
      /** Where the relay saw who asked. */
      readonly mapped: TransportAddress
    }
  | {
      readonly type: 'failed'
      readonly url: string
      readonly step: ProbeStep
      readonly reason: ProbeFailure
    }

/** Of each: far above what an accident gives, far below any packet's bounds. */
const DATA_BYTES = 16
/** Below 1024, where no allocation ever is. */
const LOOPBACK_PEER: TransportAddress = { ip: Uint8Array.of(127, 0, 0, 1), port: 80 }

/**
 * Proves that each URL's relay carries data between two browsers and to nobody else: Binding, two
 * allocations, permission for each other, data both ways, and a permission for 127.0.0.1 that must
 * be refused with 403. Ends with the first URL that fails, at the latest with `deps.signal`; what it
 * took it gives back. The verdict is that of the last URL asked.
 */
export async function proveRelay(
  urls: readonly string[],
  credential: TurnCredential,
  deps: TurnClientDeps,
): Promise<ProbeVerdict> {
  let verdict = failed('', 'connect', { type: 'no-url' })
  for (const url of urls) {
    verdict = await proveUrl(url, credential, deps)
    if (verdict.type === 'failed') break
  }
  return verdict
}

async function proveUrl(
  url: string,
  credential: TurnCredential,
  deps: TurnClientDeps,
): Promise<ProbeVerdict> {
  const place = parseTurnPlace(url)
  if (place === null) return failed(url, 'connect', { type: 'no-url' })
  const clients: TurnClient[] = []
  const enter = async (): Promise<TurnClient> => {
    const client = await TurnClient.open(place, credential, deps)
    clients.push(client)
    return client
  }
  let step: ProbeStep = 'connect'
  try {
    const [left, right] = [await enter(), await enter()]
    step = 'binding'
    await left.binding()
    step = 'allocate'
    const { relayed, mapped } = await left.allocate()
    const other = await right.allocate()
    step = 'permission'
    await left.permit(other.relayed)
    await right.permit(relayed)
    step = 'data'
    await passData({ from: left, at: relayed }, { to: right, at: other.relayed }, deps)
    await passData({ from: right, at: other.relayed }, { to: left, at: relayed }, deps)
    step = 'closedness'
    if (!(await isForbidden(left.permit(LOOPBACK_PEER)))) return failed(url, step, { type: 'open' })
    await Promise.all([left.release(), right.release()])
    return { type: 'proven', relayed, mapped }
  } catch (error) {
    if (!(error instanceof TurnFault)) throw error
    return failed(url, step, error.reason)
  } finally {
    for (const client of clients) client.close()
  }
}

/** Resolves when the very bytes have come from the right sender. */
function passData(
  { from, at: sender }: { readonly from: TurnClient; readonly at: TransportAddress },
  { to, at: receiver }: { readonly to: TurnClient; readonly at: TransportAddress },
  { random, signal }: TurnClientDeps,
): Promise<void> {
  const data = random(DATA_BYTES)
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stopSending()
      stopListening()
      signal.removeEventListener('abort', abort)
    }
    const abort = (): void => {
      end()
      reject(new TurnFault({ type: 'silent' }))
    }
    const stopListening = to.onData((came) => {
      const isFromSender = came.peer.port === sender.port && sameIp(came.peer.ip, sender.ip)
      if (!isFromSender || Buffer.compare(came.data, data) !== 0) return
      end()
      resolve()
    })
    const stopSending = from.keepSending(receiver, data)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
}

async function isForbidden(permission: Promise<void>): Promise<boolean> {
  try {
    await permission
    return false
  } catch (error) {
    const reason = error instanceof TurnFault ? error.reason : null
    if (reason?.type === 'refused' && reason.code === 403) return true
    throw error
  }
}

function failed(url: string, step: ProbeStep, reason: ProbeFailure): ProbeVerdict {
  return { type: 'failed', url, step, reason }
}
