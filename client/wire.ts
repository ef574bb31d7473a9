/*
 * The browser's parts, put together. The only importer of adapters, and with wire-chat.ts below the
 * views the only place that knows of a window.
 */
import { INBOX_HEADER } from '@hamsa/signaling/protocol'
import { deferLinks } from './link/deferred-links.ts'
import { followEpochs } from './link/epoch-links.ts'
import { makeIceServers } from './link/ice-servers.ts'
import { watchSleep } from './link/sleep-watch.ts'
import { openSignaling } from './link/signal-socket.ts'
import type { Clock } from './clock.ts'
import type { SessionParts } from './session/session-parts.ts'
import type { TabParts } from './session/tab-parts.ts'
import type { Obstacle } from './session/snapshots.ts'
import { indexedStorage } from './storage/indexed-storage.ts'
import type { Storage } from './storage/ports.ts'
import { webLockLeadership } from './storage/web-lock-leadership.ts'
import { openBroadcastTabChannel } from './tabs/broadcast-tab-channel.ts'
import { pausePage } from './worker/page-pause.ts'
import { makeCryptoWorkerSpawner } from './worker/spawn-crypto-worker.ts'
import { openWorkerCrypto, type WorkerCrypto } from './worker/worker-crypto.ts'

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** What a session of this page is made with, and how it ends. */
export type BrowserPage = {
  readonly parts: TabParts
  /** Wakes the session when the page is shown again or the network is back, and ends it and its workers with the page. */
  follow(session: { wake(): void; close(): void }): void
}

/**
 * Desk and chat have a database each: one browser may hold both ends of a conversation. `build` is the
 * address of the page's own script: its name changes with any of the code that the page runs.
 */
export function openPage(databaseName: string, build: string): BrowserPage {
  const clock = browserClock()
  const workers = openWorkerCrypto({
    spawn: makeCryptoWorkerSpawner(window),
    clock,
    pause: pausePage,
  })
  return {
    parts: {
      tabs: {
        leadership: webLockLeadership(window.navigator.locks),
        openChannel: 'BroadcastChannel' in window ? openBroadcastTabChannel : () => null,
        build,
        isVisible: () => document.visibilityState === 'visible',
        pause: pausePage,
        clock,
        random: () => Math.random(),
      },
      obstacle: findObstacle(),
      openStorage: () => browserStorage(databaseName, clock, workers),
      open: () => browserParts(databaseName, clock, workers),
    },
    follow: (session) => followPage(session, workers, clock),
  }
}

function browserParts(databaseName: string, clock: Clock, workers: WorkerCrypto): SessionParts {
  const { origin, hostname } = window.location
  const random = (): number => Math.random()
  const signaling = openSignaling({
    openSocket: () => new WebSocket(`${origin.replace(/^http/, 'ws')}/signal`),
    clock,
    random,
  })
  return {
    storage: browserStorage(databaseName, clock, workers),
    unseal: workers.unseal,
    stretch: workers.stretch,
    signaling,
    openLink: deferLinks(async () => {
      const { makeWebrtcLinks } = await import('./link/webrtc-link.ts')
      const iceServers = makeIceServers(fetchIce, clock)
      const platform = { platform: window, unloadTarget: window }
      return followEpochs(
        makeWebrtcLinks({ signaling, iceServers, ...platform, clock, random }),
        clock,
      )
    }),
    clock,
    random,
    place: { origin, isLocal: LOOPBACK_HOST.test(hostname) },
    obstacle: findObstacle(),
  }
}

function browserStorage(name: string, clock: Clock, { stretch }: WorkerCrypto): Storage {
  return indexedStorage(name, {
    subtle: window.crypto.subtle,
    manager: window.navigator.storage,
    stretch,
    now: () => clock.now(),
  })
}

function browserClock(): Clock {
  return {
    now: () => Date.now(),
    after(delayMs, run) {
      const timer = window.setTimeout(run, delayMs)
      return () => window.clearTimeout(timer)
    },
  }
}

/** Text of `/ice`, or of its refusal; `null` when the service cannot be reached. */
async function fetchIce(tag: string, inbox: string | null): Promise<string | null> {
  try {
    const response = await fetch(`/ice?tag=${tag}`, {
      cache: 'no-store',
      credentials: 'omit',
      headers: inbox === null ? {} : { [INBOX_HEADER]: inbox },
    })
    return response.ok || response.status === 403 ? await response.text() : null
  } catch {
    return null // offline, or the service is down: the link asks again
  }
}

/** What this browser lacks, in the order in which a person can do something about it. */
function findObstacle(): Obstacle | null {
  if (!window.isSecureContext) return 'insecure-origin'
  if (!('indexedDB' in window)) return 'storage-unavailable'
  if (!('RTCPeerConnection' in window)) return 'webrtc-missing'
  return null
}

function followPage(
  session: { wake(): void; close(): void },
  workers: WorkerCrypto,
  clock: Clock,
): void {
  const endSleepWatch = watchSleep(clock, () => session.wake())
  window.addEventListener('online', () => session.wake())
  document.addEventListener('resume', () => session.wake()) // of a page that was frozen
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') session.wake()
  })
  window.addEventListener('pagehide', () => {
    endSleepWatch()
    session.close()
    workers.close()
  })
  // Taken out of the back-forward cache: what was closed does not open again by itself.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.location.reload()
  })
}
