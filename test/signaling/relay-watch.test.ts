import { randomBytes } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import type { ProbeVerdict } from '../../signaling/cli/turn-probe/prove-relay.ts'
import { watchOwnRelay, watchRelay } from '../../signaling/relay-watch.ts'
import { startTestServer } from '../helpers/server.ts'

const FAILED: ProbeVerdict = {
  type: 'failed',
  url: 'turn:a',
  step: 'connect',
  reason: { type: 'silent' },
}

describe('readiness', () => {
  it('[SG84] is ready while the relay carries data, and says so when it has gone', async () => {
    let now = 0
    const ways: (() => Promise<boolean>)[] = []
    const server = await startTestServer({ relayWorks: () => ways[0]?.() ?? Promise.resolve(true) })
    const clock = { now: () => Date.now(), monotonicNow: () => now, random: randomBytes }
    ways.push(watchOwnRelay('127.0.0.1', server.relayPort, server.secret, clock))
    const ask = async (): Promise<unknown> => {
      const answer = await fetch(`${server.origin}/readyz`)
      return [answer.status, await answer.json()]
    }
    expect(await ask()).toEqual([200, { status: 'ready' }])
    await server.stopRelay()
    now = 9_999
    expect(await ask()).toEqual([200, { status: 'ready' }])
    now = 10_000
    expect(await ask()).toEqual([503, { status: 'relay' }])
    await server.close()
  })

  it('[SG84] has one proof under way, however many ask', async () => {
    let proofs = 0
    let end: (verdict: ProbeVerdict) => void = () => undefined
    const prove = (): Promise<ProbeVerdict> => {
      proofs++
      return new Promise((resolve) => (end = resolve))
    }
    let now = 0
    const works = watchRelay({ prove, monotonicNow: () => now })
    const answers = [works(), works(), works()]
    end(FAILED)
    expect(await Promise.all(answers)).toEqual([false, false, false])
    expect([await works(), proofs]).toEqual([false, 1])
    now = 10_000
    const later = works()
    end(FAILED)
    expect([await later, proofs]).toEqual([false, 2])
  })
})
