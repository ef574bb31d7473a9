import { randomBytes, toHex } from '@hamsa/crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { startRelay, type Relay } from '../../signaling/relay/relay.ts'
import type { RelayLimits } from '../../signaling/relay/limits.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer } from '../helpers/server.ts'
import { openCrowdPage } from '../load/open-crowd-page.ts'
import { makePairs, PAIRS_TIMEOUT_MS, printTimes, startPairs, whenAllOpen } from '../load/pairs.ts'
import type { RemoteCrowd } from '../load/remote-crowd.ts'
import { startNodeCrowd } from '../node/start-node-crowd.ts'

const HOST = '127.0.0.1'
const CREDENTIAL_SECONDS = 3
/** Browsers refresh after half of so short a time. */
const ALLOCATION_MS = 4_000
const WAIT = { timeout: 60_000, interval: 100 }

type World = { readonly relay: Relay; readonly desks: RemoteCrowd; readonly chats: RemoteCrowd }

describe.skipIf(findChromium() === null)('credentials that run out under a live link', () => {
  const ends: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  /** A shop in Chromium and a shopper in Node, over a relay with these limits. */
  async function openWorld(limits: Partial<RelayLimits>): Promise<World> {
    const secret = toHex(randomBytes(16))
    const options = { host: HOST, port: 0, publicAddress: HOST, secret, realm: 'hamsa' }
    const relay = await startRelay({ ...options, limits })
    const urls = [`turn:${HOST}:${relay.port}?transport=udp`]
    const ice = { urls, secret, lifetimeSeconds: CREDENTIAL_SECONDS }
    const server = await startTestServer({ relay: false, ice })
    const browser = await launchBrowser()
    ends.push(relay.close, server.close, browser.close)
    const desks = await openCrowdPage(browser, server.origin)
    const chats = await startNodeCrowd(server.origin)
    ends.push(desks.end, chats.end)
    return { relay, desks, chats }
  }

  it(
    '[LK72] leave the connection as it is, and messages pass',
    async () => {
      const { relay, desks, chats } = await openWorld({ maxLifetimeMs: ALLOCATION_MS })
      const pairs = makePairs(1)
      const [name = ''] = pairs.names
      await startPairs(desks, chats, pairs)
      await whenAllOpen(desks, chats, pairs.names)
      const endsAt = Date.now() + CREDENTIAL_SECONDS * 1000
      await expect.poll(() => Date.now(), WAIT).toBeGreaterThan(endsAt)
      // No allocation of before lives on without a refresh of after.
      const lastEndsAt = Date.now() + ALLOCATION_MS
      const refreshes = relay.stats().refreshes
      await expect.poll(() => relay.stats().refreshes, WAIT).toBeGreaterThanOrEqual(refreshes + 6)
      await expect.poll(() => Date.now(), WAIT).toBeGreaterThan(lastEndsAt)
      expect(relay.stats().allocations).toBeGreaterThanOrEqual(2)
      await Promise.all([desks.say(name, ['from the shop']), chats.say(name, ['from the shopper'])])
      for (const crowd of [desks, chats]) {
        expect([...(await crowd.whenTexts(name, 2))].sort()).toEqual([
          'from the shop',
          'from the shopper',
        ])
        expect((await crowd.states(name)).filter(({ type }) => type === 'open')).toHaveLength(1)
        expect(await crowd.madeConnections()).toBe(1)
      }
    },
    PAIRS_TIMEOUT_MS,
  )

  it(
    '[LK72] are replaced when the relay ends what was held for too long',
    async () => {
      const limits = { maxLifetimeMs: ALLOCATION_MS, beyondCredentialMs: ALLOCATION_MS }
      const { relay, desks, chats } = await openWorld(limits)
      const pairs = makePairs(1)
      const [name = ''] = pairs.names
      await startPairs(desks, chats, pairs)
      await whenAllOpen(desks, chats, pairs.names)
      const refused = relay.stats().refusedRequests
      await expect.poll(() => relay.stats().refusedRequests, WAIT).toBeGreaterThan(refused)
      const refusedAt = performance.now()
      await Promise.all([desks.whenMade(2), chats.whenMade(2)])
      await Promise.all([desks.say(name, ['from the shop']), chats.say(name, ['from the shopper'])])
      for (const crowd of [desks, chats]) expect(await crowd.whenTexts(name, 2)).toHaveLength(2)
      printTimes('messages arrive after the relay refused to prolong an allocation', [
        Math.round(performance.now() - refusedAt),
      ])
    },
    PAIRS_TIMEOUT_MS,
  )
})
