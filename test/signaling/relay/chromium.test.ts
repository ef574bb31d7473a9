import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTurnCredential } from '../../../signaling/relay/credentials.ts'
import { startRelay } from '../../../signaling/relay/relay.ts'
import type { Relay } from '../../../signaling/relay/relay.ts'
import { findChromium, launchChromium } from '../../helpers/chromium.ts'
import { startTestServer } from '../../helpers/server.ts'
import type { TestServer } from '../../helpers/server.ts'
import type { TestBrowser } from '../../helpers/test-browser.ts'
import { makeAuthority } from './certificate-maker.ts'
import { connectPagePair } from './page-pair.ts'

const SECRET = 'a secret of the tests'
const MEGABYTE = 1024 * 1024

describe.skipIf(findChromium() === null)('Chromium over the closed relay', () => {
  let browser: TestBrowser
  let relay: Relay
  let pages: TestServer

  beforeAll(async () => {
    const pair = makeAuthority().issue()
    relay = await startRelay({
      host: '127.0.0.1',
      port: 0,
      publicAddress: '127.0.0.1',
      secret: SECRET,
      realm: 'hamsa',
      certificate: () => pair,
    })
    pages = await startTestServer({
      relay: false,
      certificate: () => pair,
      turn: (socket) => relay.take(socket),
    })
    // Covers TURN over TLS, too: no authority has to be put into a profile.
    browser = await launchChromium(undefined, ['--ignore-certificate-errors'])
  })

  afterAll(async () => {
    await browser.close()
    await pages.close()
    await relay.close()
  })

  it.each([
    ['udp', 'the relay’s own port', 'turn', 'udp'],
    ['tcp', 'the relay’s own port', 'turn', 'tcp'],
    ['tls', 'the relay’s own port', 'turns', 'tcp'],
    ['tcp', 'the pages’ port', 'turn', 'tcp'],
    ['tls', 'the pages’ port', 'turns', 'tcp'],
  ])(
    '[RL1] [RL28] [RL30] connects two relay-only peers over %s on %s, 1 MB passes both ways intact',
    async (protocol, place, scheme, transport) => {
      const { port } = place === 'the pages’ port' ? pages : relay
      const before = relay.stats()
      const now = Date.now()
      const credential = makeTurnCredential({ secret: SECRET, id: 'a', now, lifetimeSeconds: 600 })
      const page = await browser.newPage(await browser.newContext())
      const outcome = await connectPagePair(page, {
        ice: { urls: `${scheme}:127.0.0.1:${port}?transport=${transport}`, ...credential },
        bytes: MEGABYTE,
      })
      expect(outcome.intact).toEqual([true, true])
      expect(outcome.candidates.every((line) => line.includes(' typ relay '))).toBe(true)
      expect(outcome.relayProtocols).toEqual([protocol, protocol])
      expect(outcome.selected).toEqual([
        ['relay', 'relay'],
        ['relay', 'relay'],
      ])
      expect(relay.stats().relayedBytes - before.relayedBytes).toBeGreaterThan(2 * MEGABYTE)
    },
  )
})
