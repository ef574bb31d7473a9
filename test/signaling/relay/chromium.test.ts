import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTurnCredential } from '../../../signaling/relay/credentials.ts'
import { startRelay } from '../../../signaling/relay/relay.ts'
import type { Relay } from '../../../signaling/relay/relay.ts'
import { launchBrowser } from '../../helpers/browser.ts'
import type { TestBrowser } from '../../helpers/browser.ts'
import { findChromium } from '../../helpers/chromium.ts'

const SECRET = 'a secret of the tests'
const MEGABYTE = 1024 * 1024

describe.skipIf(findChromium() === null)('Chromium over the closed relay', () => {
  let browser: TestBrowser
  let relay: Relay

  beforeAll(async () => {
    relay = await startRelay({
      host: '127.0.0.1',
      port: 0,
      publicAddress: '127.0.0.1',
      secret: SECRET,
      realm: 'hamsa',
    })
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser.close()
    await relay.close()
  })

  it('[RL1] connects two relay-only peers, 1 MB passes both ways intact', async () => {
    const { username, credential } = makeTurnCredential({
      secret: SECRET,
      id: 'chromium',
      now: Date.now(),
      lifetimeSeconds: 600,
    })
    const page = await browser.newPage(await browser.newContext())
    const outcome = await page.evaluate(
      async ({ ice, bytes }) => {
        const config: RTCConfiguration = { iceServers: [ice], iceTransportPolicy: 'relay' }
        const started = performance.now()
        const left = new RTCPeerConnection(config)
        const right = new RTCPeerConnection(config)
        const candidates: string[] = []
        left.onicecandidate = ({ candidate }) => {
          if (candidate) candidates.push(candidate.candidate)
          void right.addIceCandidate(candidate ?? undefined)
        }
        right.onicecandidate = ({ candidate }) => void left.addIceCandidate(candidate ?? undefined)
        const channelOf = (peer: RTCPeerConnection): RTCDataChannel => {
          const channel = peer.createDataChannel('test', { negotiated: true, id: 0 })
          channel.binaryType = 'arraybuffer'
          return channel
        }
        const [leftChannel, rightChannel] = [channelOf(left), channelOf(right)]
        const opened = [leftChannel, rightChannel].map(
          (channel) => new Promise((resolve) => channel.addEventListener('open', resolve)),
        )
        await left.setLocalDescription()
        if (left.localDescription) await right.setRemoteDescription(left.localDescription)
        await right.setLocalDescription()
        if (right.localDescription) await left.setRemoteDescription(right.localDescription)
        await Promise.all(opened)
        const openMs = performance.now() - started

        const transfer = async (from: RTCDataChannel, to: RTCDataChannel): Promise<boolean> => {
          const data = new Uint8Array(bytes)
          for (let at = 0; at < bytes; at += 65_536) {
            crypto.getRandomValues(data.subarray(at, at + 65_536))
          }
          const received = new Uint8Array(bytes)
          let length = 0
          const arrived = new Promise<void>((resolve) => {
            to.onmessage = ({ data: part }) => {
              if (!(part instanceof ArrayBuffer)) return
              received.set(new Uint8Array(part), length)
              length += part.byteLength
              if (length === bytes) resolve()
            }
          })
          for (let at = 0; at < bytes; at += 16_384) from.send(data.subarray(at, at + 16_384))
          await arrived
          return data.every((byte, index) => byte === received[index])
        }
        const intact = await Promise.all([
          transfer(leftChannel, rightChannel),
          transfer(rightChannel, leftChannel),
        ])

        const field = (entry: unknown, name: string): unknown =>
          typeof entry === 'object' && entry !== null ? Reflect.get(entry, name) : undefined
        const types = async (peer: RTCPeerConnection): Promise<unknown[]> => {
          const byId = new Map<unknown, unknown>()
          const stats = await peer.getStats()
          stats.forEach((entry: unknown) => byId.set(field(entry, 'id'), entry))
          const transport = [...byId.values()].find((entry) => field(entry, 'type') === 'transport')
          const pair = byId.get(field(transport, 'selectedCandidatePairId'))
          return ['localCandidateId', 'remoteCandidateId'].map((side) =>
            field(byId.get(field(pair, side)), 'candidateType'),
          )
        }
        const selected = [await types(left), await types(right)]
        left.close()
        right.close()
        return { intact, selected, candidates, openMs }
      },
      {
        ice: { urls: `turn:127.0.0.1:${relay.port}?transport=udp`, username, credential },
        bytes: MEGABYTE,
      },
    )
    expect(outcome.intact).toEqual([true, true])
    expect(outcome.candidates.every((line) => line.includes(' typ relay '))).toBe(true)
    expect(outcome.selected).toEqual([
      ['relay', 'relay'],
      ['relay', 'relay'],
    ])
  })
})
