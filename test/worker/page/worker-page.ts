/* Runs in Chromium under the service's own headers, driven by a test through `window.workerPage`. */
import { fromBase64Url, toHex } from '@hamsa/crypto'
import type { Unsealed, UnsealEntries } from '../../../client/conversation/entry-verifier.ts'
import { encodeEntry } from '../../../client/conversation/entry.ts'
import { parseLogId } from '../../../client/conversation/ids.ts'
import { unsealHere } from '../../../client/conversation/unseal.ts'
import { pausePage } from '../../../client/worker/page-pause.ts'
import { makeSlicedUnseal } from '../../../client/worker/slices.ts'
import { makeCryptoWorkerSpawner } from '../../../client/worker/spawn-crypto-worker.ts'
import { openWorkerCrypto, type WorkerCrypto } from '../../../client/worker/worker-crypto.ts'
import type { WorkerLike } from '../../../client/worker/worker-line.ts'
import { ManualClock } from '../../helpers/manual-clock.ts'
import { watchThread, type ThreadReport } from '../../speed/page/thread-watch.ts'
import { makeSealContext, makeSealedChain, must, type SealContext } from '../sealed-entries.ts'
import failingUrl from './failing-worker.ts?worker&url'

/** What a test sends: bytes as base64url. */
export type SentEntries = {
  readonly log: string
  readonly epoch: { readonly number: number; readonly tag: number; readonly key: string }
  readonly sealed: readonly string[]
}
/**
 * Which worker starts: the real one; one that fails (`throw:2` after two requests); a script that
 * is not there; an address that Trusted Types has not seen.
 */
export type Start = 'real' | 'missing' | 'untrusted' | `${'throw' | 'close' | 'babble'}:${number}`

const clock = new ManualClock()

const spawnReal = makeCryptoWorkerSpawner(window)
/** The one other policy that the header names; a real page has Lit's here. */
const anyUrl = (
  window as unknown as {
    trustedTypes: {
      createPolicy(
        name: string,
        rules: { createScriptURL(url: string): string },
      ): { createScriptURL(url: string): string }
    }
  }
).trustedTypes.createPolicy('lit-html', { createScriptURL: (url) => url })

let started = 0
let running = 0
let opened: WorkerCrypto | null = null
let requests = 0
let atOnce = 0
let mostAtOnce = 0
let onRequest: (() => void) | null = null
let chain: { readonly context: SealContext; readonly sealed: readonly Uint8Array[] } | null = null

function spawn(start: Start): WorkerLike {
  const worker = spawnRaw(start)
  started++
  running++
  const { terminate, postMessage } = worker
  worker.addEventListener('message', () => atOnce--) // the first to hear of an answer
  worker.terminate = () => {
    running--
    terminate.call(worker)
  }
  worker.postMessage = (message: unknown, transfer: ArrayBuffer[]) => {
    postMessage.call(worker, message, transfer)
    requests++
    mostAtOnce = Math.max(mostAtOnce, ++atOnce)
    onRequest?.()
  }
  return worker
}

function spawnRaw(start: Start): WorkerLike {
  if (start === 'real') return spawnReal()
  if (start === 'untrusted') return new Worker(failingUrl, { type: 'module' })
  const url = start === 'missing' ? '/assets/not-there.js' : failingUrl
  return new Worker(anyUrl.createScriptURL(url), { type: 'module', name: start })
}

function bytesOf(text: string): Uint8Array {
  return must(fromBase64Url(text))
}

function contextOf({ log, epoch }: SentEntries): SealContext {
  return {
    log: must(parseLogId(bytesOf(log))),
    epoch: { ...epoch, key: bytesOf(epoch.key) },
  }
}

function unsealBy(way: 'worker' | 'slices' | 'here'): UnsealEntries {
  if (way === 'worker') return must(opened).unseal
  return way === 'slices'
    ? makeSlicedUnseal({ now: () => performance.now(), pause: pausePage })
    : unsealHere
}

const workerPage = {
  /** Opens the crypto of a page that starts this worker; what was open is closed. */
  open(start: Start): void {
    opened?.close()
    started = 0
    requests = 0
    atOnce = 0
    mostAtOnce = 0
    opened = openWorkerCrypto({ spawn: () => spawn(start), clock, pause: pausePage })
  },

  close(): void {
    must(opened).close()
  },

  async unseal(way: 'worker' | 'slices' | 'here', entries: SentEntries): Promise<string[]> {
    const context = contextOf(entries)
    const unsealed = await unsealBy(way)(entries.sealed.map(bytesOf), context)
    return unsealed.map((one) => describeVerdict(one, context))
  },

  async stretch(passphrase: string, salt: string): Promise<string> {
    return toHex(await must(opened).stretch(passphrase, bytesOf(salt)))
  },

  /** Resolves once the workers have been given so many requests in all. */
  whenAsked(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (requests >= count) resolve()
      }
      onRequest = look
      look()
    })
  },

  passTime(ms: number): void {
    clock.advance(ms)
  },

  /** Workers started since `open`, and that run now; timers that wait; requests to workers, and how many were unanswered at most. */
  counts(): Record<'started' | 'running' | 'timers' | 'requests' | 'mostAtOnce', number> {
    return { started, running, timers: clock.waiting, requests, mostAtOnce }
  },

  async makeChain(count: number, bodyBytes: number): Promise<void> {
    const context = makeSealContext()
    chain = { context, sealed: await makeSealedChain(context, count, bodyBytes) }
  },

  /** Opens the first entries of the chain; how many were good, and how long it took and held the page. */
  async openChain(
    way: 'worker' | 'slices' | 'here',
    count: number,
  ): Promise<ThreadReport & { readonly good: number; readonly tookMs: number }> {
    const { context, sealed } = must(chain)
    const probe = watchThread()
    const startMs = performance.now()
    const unsealed = await unsealBy(way)(sealed.slice(0, count), context)
    const tookMs = performance.now() - startMs
    const good = unsealed.filter(({ type }) => type === 'entry').length
    return { good, tookMs, ...(await probe.stop()) }
  },

  /** Median of the time that one message takes. */
  async medianMs(
    way: 'worker' | 'slices' | 'here',
    count: number,
    rounds: number,
  ): Promise<number> {
    const { context, sealed } = must(chain)
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      const startMs = performance.now()
      await unsealBy(way)(sealed.slice(0, count), context)
      times.push(performance.now() - startMs)
    }
    return must(times.sort((left, right) => left - right)[Math.floor(rounds / 2)])
  },
}

function describeVerdict(one: Unsealed, { log }: SealContext): string {
  if (one.type === 'entry')
    return `entry ${toHex(one.entry.id)} ${toHex(encodeEntry(log, one.entry))}`
  return one.type === 'bad' ? one.reason : one.type
}

export type WorkerPage = typeof workerPage

declare global {
  interface Window {
    workerPage: WorkerPage
  }
}
window.workerPage = workerPage
