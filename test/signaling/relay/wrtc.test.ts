import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTurnCredential } from '../../../signaling/relay/credentials.ts'
import { startRelay } from '../../../signaling/relay/relay.ts'
import type { Relay } from '../../../signaling/relay/relay.ts'
import { startNodeProcess } from '../../node/node-process.ts'
import type { NodeProcess } from '../../node/node-process.ts'
import { REALM, SECRET } from './turn-request.ts'

const HALF_MEGABYTE = 512 * 1024

describe('@roamhq/wrtc over the closed relay', () => {
  let relay: Relay
  let peers: NodeProcess

  beforeAll(async () => {
    const host = '127.0.0.1'
    const shared = { secret: SECRET, realm: REALM }
    relay = await startRelay({ host, port: 0, publicAddress: host, ...shared })
    peers = await startNodeProcess('../signaling/relay/wrtc-process.ts', [])
  })
  afterAll(async () => {
    await peers.end()
    await relay.close()
  })

  it.each(['udp', 'tcp'])(
    '[RL1] [RL28] connects two relay-only peers over %s, half a megabyte passes both ways intact',
    async (transport) => {
      const before = relay.stats().relayedBytes
      const { username, credential } = makeTurnCredential({
        secret: SECRET,
        id: 'wrtc',
        now: Date.now(),
        lifetimeSeconds: 600,
      })
      const url = `turn:127.0.0.1:${relay.port}?transport=${transport}`
      expect(await peers.call('connect', [url, username, credential, HALF_MEGABYTE])).toBe(true)
      expect(relay.stats().relayedBytes - before).toBeGreaterThan(2 * HALF_MEGABYTE)
      if (transport === 'tcp') expect(relay.stats().connections).toBeGreaterThan(0)
    },
  )
})
