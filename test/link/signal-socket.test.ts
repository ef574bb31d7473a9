import { once } from 'node:events'
import {
  encodeInboxCertificate,
  identityFromSeed,
  issueInboxCertificate,
  makeSeed,
} from '@hamsa/crypto'
import { WebSocket, WebSocketServer } from 'ws'
import { afterEach, describe, expect, it } from 'vitest'
import { inboxTopic } from '@hamsa/signaling/inbox'
import { backOffMs } from '../../client/link/back-off.ts'
import type { Signaling, SignalingState } from '../../client/link/signaling.ts'
import { openSignaling } from '../../client/link/signal-socket.ts'
import type { Socket } from '../../client/link/socket-to-service.ts'
import type { AdmissionRequest, Shops } from '../../signaling/shops/shops.ts'
import { makeSigningPair } from '../helpers/log-peer.ts'
import { ManualClock } from '../helpers/manual-clock.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function startServer(): Promise<TestServer> {
  const server = await startTestServer({ relay: false })
  closers.push(() => server.close())
  return server
}

/** A tab's signalling over a real WebSocket, with a clock that the test moves. */
function connect(url: () => string): {
  readonly signaling: Signaling
  readonly clock: ManualClock
  readonly states: SignalingState[]
  when(state: SignalingState): Promise<void>
} {
  const clock = new ManualClock()
  const openSocket = (): Socket => new WebSocket(url()) as Socket
  const signaling = openSignaling({ openSocket, clock, random: () => 0 })
  closers.push(() => signaling.close())
  const states: SignalingState[] = [signaling.state()]
  signaling.subscribe((state) => states.push(state))
  return {
    signaling,
    clock,
    states,
    when: async (state) => {
      await expect.poll(() => signaling.state(), { timeout: 5_000 }).toBe(state)
    },
  }
}

describe('signal socket', () => {
  it('[LK50] is online only after a pong', async () => {
    const silent = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    closers.push(() => silent.close())
    const pings: WebSocket[] = []
    silent.on('connection', (socket) => {
      socket.on('message', () => pings.push(socket))
    })
    await once(silent, 'listening')
    const address = silent.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const { signaling, when } = connect(() => `ws://127.0.0.1:${address.port}`)
    await expect.poll(() => pings.length).toBe(1)
    expect(signaling.state()).toBe('connecting')
    expect(signaling.publish('t', 'x')).toBe(false)
    pings[0]?.send('{"type":"pong"}')
    await when('online')
    pings[0]?.terminate()
  })

  it('[LK50] gives up a connection on which nothing comes for 10 s after a ping', async () => {
    const server = await startServer()
    const { clock, states, when } = connect(() => server.signalUrl)
    await when('online')
    clock.advance(25_000)
    expect(states).toEqual(['connecting', 'online', 'offline'])
  })

  it('[LK50] stays online while pongs come', async () => {
    const server = await startServer()
    const { signaling, clock, states, when } = connect(() => server.signalUrl)
    const other = connect(() => server.signalUrl)
    await Promise.all([when('online'), other.when('online')])
    const heard: unknown[] = []
    other.signaling.join('t', () => undefined)
    signaling.join('t', (data) => heard.push(data))
    for (let round = 0; round < 4; round++) {
      clock.advance(15_000)
      // The pong comes back before what the other sends afterwards has.
      await expect
        .poll(() => {
          other.signaling.publish('t', round)
          return heard.includes(round)
        })
        .toBe(true)
    }
    expect(states).toEqual(['connecting', 'online'])
  })

  it('[LK51] comes back after a loss, joins its topics again and proves its inbox again', async () => {
    const first = await startServer()
    let url = first.signalUrl
    const key = makeSigningPair()
    const [left, right] = [connect(() => url), connect(() => url)]
    const heard: unknown[] = []
    right.signaling.join('t', () => undefined)
    left.signaling.join('t', (data) => heard.push(data))
    left.signaling.joinInbox(key, (data) => heard.push(data))
    await Promise.all([left.when('online'), right.when('online')])
    const say = async (topic: string, data: string): Promise<void> => {
      await expect
        .poll(() => right.signaling.publish(topic, data) && heard.includes(data))
        .toBe(true)
    }
    await say('t', 'one')
    await say(inboxTopic(key.publicKey), 'two')

    const second = await startServer()
    url = second.signalUrl
    await first.close()
    await Promise.all([left.when('offline'), right.when('offline')])
    for (const { clock } of [left, right]) clock.advance(500)
    await Promise.all([left.when('online'), right.when('online')])
    await say('t', 'three')
    await say(inboxTopic(key.publicKey), 'four')
  })

  it('[LK51] waits between half a second and 20 s, at random, longer each time', () => {
    expect([0, 1, 5, 100].map((attempt) => backOffMs(attempt, () => 0))).toEqual([
      500, 500, 500, 500,
    ])
    const longest = [0, 1, 2, 5, 100].map((attempt) => backOffMs(attempt, () => 1))
    expect(longest).toEqual([1_000, 2_000, 4_000, 20_000, 20_000])
  })

  it('[LK51] tries at once when woken', async () => {
    const server = await startServer()
    let url = 'ws://127.0.0.1:9/signal'
    const { signaling, clock, when } = connect(() => url)
    await when('offline')
    expect(clock.waiting).toBe(1)
    url = server.signalUrl
    signaling.wake()
    await when('online')
  })

  it('[LK52] joins a topic once and leaves it with the last listener', async () => {
    const server = await startServer()
    const [left, right] = [connect(() => server.signalUrl), connect(() => server.signalUrl)]
    await Promise.all([left.when('online'), right.when('online')])
    const heard: string[] = []
    const leaveFirst = left.signaling.join('t', () => heard.push('first'))
    const leaveSecond = left.signaling.join('t', () => heard.push('second'))
    left.signaling.join('probe', () => heard.push('probe'))
    right.signaling.join('t', () => undefined)
    right.signaling.join('probe', () => undefined)
    const say = async (): Promise<string[]> => {
      heard.length = 0
      right.signaling.publish('t', 'x')
      right.signaling.publish('probe', 'x') // arrives behind it
      await expect.poll(() => heard.includes('probe')).toBe(true)
      return heard
    }
    await expect.poll(say).toEqual(['first', 'second', 'probe'])
    leaveFirst()
    leaveFirst()
    expect(await say()).toEqual(['second', 'probe'])
    leaveSecond()
    expect(await say()).toEqual(['probe'])
  })

  it('[LK53] says false for what it cannot send, and does not send it later', async () => {
    const server = await startServer()
    const { signaling, when } = connect(() => server.signalUrl)
    expect(signaling.publish('t', 'early')).toBe(false)
    await when('online')
    signaling.join('t', () => undefined)
    expect(signaling.publish('t', 'x'.repeat(70_000))).toBe(false)
    expect(signaling.publish('t', 'fits')).toBe(true)
  })

  it('[LK8] leaves no timer after close', async () => {
    const server = await startServer()
    const { signaling, clock, when } = connect(() => server.signalUrl)
    signaling.joinInbox(makeSigningPair(), () => undefined)
    await when('online')
    signaling.close()
    signaling.close()
    expect([clock.waiting, signaling.state(), signaling.publish('t', 'x')]).toEqual([
      0,
      'offline',
      false,
    ])
  })

  it('[LK56] shows the pass of an inbox only when it is asked for, and tells the verdict', async () => {
    const requests: AdmissionRequest[] = []
    const shops: Shops = {
      admit: (request) => {
        requests.push(request)
        return Promise.resolve(request.claim !== null)
      },
      patronOf: () => Promise.resolve(null),
    }
    const server = await startTestServer({ relay: false, shops })
    closers.push(() => server.close())
    const { signaling, when } = connect(() => server.signalUrl)
    const [root, inbox] = [makeSigningPair(), identityFromSeed(makeSeed())]
    const keys = { signing: inbox.signing.publicKey, box: inbox.box.publicKey }
    const certificate = encodeInboxCertificate(
      issueInboxCertificate({ root, inbox: keys, number: 1 }),
    )
    const token = 'A'.repeat(43)
    const verdicts: boolean[] = []
    const pass = {
      certificate,
      claim: () => (verdicts.length === 0 ? null : token),
      onVerdict: (isServed: boolean) => verdicts.push(isServed),
    }
    const leave = signaling.joinInbox(inbox.signing, () => undefined, pass)
    await when('online')
    await expect.poll(() => verdicts).toEqual([false])
    leave() // as a desk does when a token has come
    signaling.joinInbox(inbox.signing, () => undefined, pass)
    await expect.poll(() => verdicts).toEqual([false, true])
    expect(requests.map(({ certificate: shown }) => shown !== null)).toEqual([
      false,
      true,
      false,
      true,
    ])
    expect(requests.map(({ claim }) => claim)).toEqual([null, null, null, token])
  })
})
