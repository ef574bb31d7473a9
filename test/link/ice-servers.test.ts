import { describe, expect, it } from 'vitest'
import { makeIceServers, parseIceServers } from '../../client/link/ice-servers.ts'
import { ManualClock } from '../helpers/manual-clock.ts'

const server = { urls: ['turn:127.0.0.1:3478?transport=udp'], username: '1:a', credential: 'c' }
const answer = (iceServers: unknown): string => JSON.stringify({ iceServers })

describe('relay credentials', () => {
  it('[LK70] takes TURN servers with credentials, rebuilt', () => {
    expect(parseIceServers(answer([{ ...server, extra: 1 }]))).toEqual([server])
    expect(parseIceServers(answer([{ ...server, urls: 'turns:a.example:443' }]))).toEqual([
      { ...server, urls: ['turns:a.example:443'] },
    ])
  })

  it('[LK70] takes no STUN server, and none without credentials', () => {
    const mixed = { ...server, urls: ['stun:a.example', ...server.urls, 'turn:a b', 7] }
    expect(parseIceServers(answer([mixed]))).toEqual([server])
    for (const text of [
      answer([{ ...server, urls: ['stun:a.example'] }]),
      answer([{ urls: server.urls }]),
      answer([{ ...server, username: '' }]),
      answer([]),
      answer({}),
      'null',
      '<html>',
      'x'.repeat(20_000),
    ]) {
      expect(parseIceServers(text)).toBeNull()
    }
  })

  it('[LK71] asks once at a time, keeps the answer, and asks anew before it runs out', async () => {
    const clock = new ManualClock()
    let asked = 0
    const seconds = (): number => Math.floor(clock.now() / 1000) + 600
    const servers = makeIceServers(() => {
      asked++
      return Promise.resolve(answer([{ ...server, username: `${seconds()}:x` }]))
    }, clock)
    await Promise.all([servers.get(), servers.get()])
    clock.advance(539_000)
    await servers.get()
    expect(asked).toBe(1)
    clock.advance(2_000)
    await servers.get()
    expect(asked).toBe(2)
    servers.forget()
    await servers.get()
    expect(asked).toBe(3)
  })

  it('[LK71] gives null when the service fails or says nothing for 5 s, and does not keep that', async () => {
    const clock = new ManualClock()
    const answers = [
      Promise.reject(new Error('down')),
      new Promise<string>(() => undefined),
      Promise.resolve(answer([server])),
    ]
    const servers = makeIceServers(() => answers.shift() ?? Promise.resolve(null), clock)
    expect(await servers.get()).toBeNull()
    const slow = servers.get()
    clock.advance(5_000)
    expect(await slow).toBeNull()
    expect(await servers.get()).toEqual([server])
  })

  it('[LK74] names the shop, and tells a service that does not serve it from one that is away', async () => {
    const asked: unknown[] = []
    const answers = ['{"error":"unknown shop"}', '{"error":"other"}', null, answer([server])]
    const servers = makeIceServers((inbox) => {
      asked.push(inbox)
      return Promise.resolve(answers.shift() ?? null)
    }, new ManualClock())
    const verdicts: boolean[] = []
    for (const inbox of ['i1', 'i1', undefined, 'i1']) {
      await servers.get(inbox)
      verdicts.push(servers.isUnknownShop())
    }
    expect(verdicts).toEqual([true, false, false, false])
    expect(asked).toEqual(['i1', 'i1', null, 'i1'])
  })
})
