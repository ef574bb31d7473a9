/*
 * The browser's parts, put together. The only importer of adapters, and below the views the only
 * place that knows of a window.
 */
import { followEpochs } from './link/epoch-links.ts'
import { makeIceServers } from './link/ice-servers.ts'
import { openSignaling } from './link/signal-socket.ts'
import { makeWebrtcLinks } from './link/webrtc-link.ts'
import { openChat } from './session/chat-session.ts'
import type { Clock } from './clock.ts'
import { openDesk } from './session/desk-session.ts'
import type { SessionParts } from './session/session-parts.ts'
import type { ChatSession, DeskSession, Obstacle } from './session/snapshots.ts'
import { indexedStorage } from './storage/indexed-storage.ts'
import { webLockLeadership } from './storage/web-lock-leadership.ts'
import { pausePage } from './worker/page-pause.ts'
import { makeCryptoWorkerSpawner } from './worker/spawn-crypto-worker.ts'
import { openWorkerCrypto, type WorkerCrypto } from './worker/worker-crypto.ts'

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** The merchant's session in this page; it ends with the page. */
export function openDeskSession(): DeskSession {
  const clock = browserClock()
  const workers = browserWorkers(clock)
  const session = openDesk(browserParts('hamsa-desk', clock, workers))
  followPage(session, workers)
  return session
}

/** The shopper's session for the invite in the address bar, which is emptied at once. */
export function openChatSession(): ChatSession {
  const fragment = takeFragment()
  const clock = browserClock()
  const workers = browserWorkers(clock)
  const session = openChat({ ...browserParts('hamsa-chat', clock, workers), fragment })
  followPage(session, workers)
  // Another invite opened in this very tab changes the fragment alone: it is taken away as the
  // first was, and the page begins anew with it.
  window.addEventListener('hashchange', () => {
    if (window.location.hash.length <= 1) return
    takeFragment()
    window.location.reload()
  })
  return session
}

/**
 * What stands after `#`. It moves from the address bar, where it would be seen, copied and
 * remembered, into this entry of the tab's history, where a reload finds it again.
 */
function takeFragment(): string | null {
  const { hash, pathname, search } = window.location
  if (hash.length > 1) {
    window.history.replaceState({ invite: hash.slice(1) }, '', pathname + search)
    return hash.slice(1)
  }
  const state: unknown = window.history.state
  if (typeof state !== 'object' || state === null || !('invite' in state)) return null
  return typeof state.invite === 'string' ? state.invite : null
}

/** Desk and chat have a database each: one browser may hold both ends of a conversation. */
function browserParts(
  databaseName: string,
  clock: Clock,
  { unseal, stretch }: WorkerCrypto,
): SessionParts {
  const { origin, hostname } = window.location
  const random = (): number => Math.random()
  const signaling = openSignaling({
    openSocket: () => new WebSocket(`${origin.replace(/^http/, 'ws')}/signal`),
    clock,
    random,
  })
  return {
    storage: indexedStorage(databaseName, {
      subtle: window.crypto.subtle,
      manager: window.navigator.storage,
      stretch,
      now: () => clock.now(),
    }),
    unseal,
    stretch,
    leadership: webLockLeadership(window.navigator.locks),
    signaling,
    openLink: followEpochs(
      makeWebrtcLinks({
        signaling,
        iceServers: makeIceServers(fetchIce, clock),
        platform: window,
        unloadTarget: window,
        clock,
        random,
      }),
      clock,
    ),
    clock,
    random,
    place: { origin, isLocal: LOOPBACK_HOST.test(hostname) },
    obstacle: findObstacle(),
  }
}

/** Opening, verifying and stretching away from the page's thread. */
function browserWorkers(clock: Clock): WorkerCrypto {
  return openWorkerCrypto({ spawn: makeCryptoWorkerSpawner(window), clock, pause: pausePage })
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

/** Text of `/ice`; `null` when the service says no or cannot be reached. */
async function fetchIce(): Promise<string | null> {
  try {
    const response = await fetch('/ice', {
      cache: 'no-store',
      credentials: 'omit',
    })
    return response.ok ? await response.text() : null
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

/** Wakes the session when the page is shown again or the network is back, and ends it and its workers with the page. */
function followPage(session: { wake(): void; close(): void }, workers: WorkerCrypto): void {
  window.addEventListener('online', () => session.wake())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') session.wake()
  })
  window.addEventListener('pagehide', () => {
    session.close()
    workers.close()
  })
  // Taken out of the back-forward cache: what was closed does not open again by itself.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.location.reload()
  })
}
