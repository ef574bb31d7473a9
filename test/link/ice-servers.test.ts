import { describe, expect, it } from 'vitest'
import { makeIceServers, parseIceServers } from '../../client/link/ice-servers.ts'
import { parseRoomKey } from '../../client/link/link.ts'
import { relayTagOf } from '../../client/link/relay-tag.ts'
import { ManualClock } from '../helpers/manual-clock.ts'

const server = { urls: ['turn:127.0.0.1:3478?transport=udp'], username: '1:a', credential: 'c' }
const answer = (iceServers: unknown): string => JSON.stringify({ iceServers })

const tagOf = (text: string) => {
  const roomKey = parseRoomKey(text.padEnd(43, 'A'))
  if (roomKey === null) throw new Error('no room key')
  return relayTagOf(roomKey)
}
const tag = tagOf('room')

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
    await Promise.all([servers.get(tag), servers.get(tag)])
    clock.advance(539_000)
    await servers.get(tag)
    expect(asked).toBe(1)
    clock.advance(2_000)
    await servers.get(tag)
    expect(asked).toBe(2)
    servers.forget()
    await servers.get(tag)
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
    expect(await servers.get(tag)).toBeNull()
    const slow = servers.get(tag)
    clock.advance(5_000)
    expect(await slow).toBeNull()
    expect(await servers.get(tag)).toEqual([server])
  })

  it('[LK94] one answer is for all tags, unless the service gives relays by tag', async () => {
    for (const byTag of [false, true]) {
      const asked: string[] = []
      const servers = makeIceServers((each) => {
        asked.push(each)
        const urls = [`turn:${each.replace(/[^A-Za-z0-9]/g, '')}.example`]
        return Promise.resolve(JSON.stringify({ iceServers: [{ ...server, urls }], byTag }))
      }, new ManualClock())
      const [one, other] = [tagOf('one'), tagOf('other')]
      const first = await servers.get(one)
      const second = await servers.get(other)
      expect(await servers.get(one)).toBe(first)
      expect(await servers.get(other)).toBe(second)
      expect(asked).toEqual(byTag ? [one, other] : [one])
      expect(first === second).toBe(!byTag)
      servers.forget()
      await servers.get(one)
      expect(asked).toHaveLength(byTag ? 3 : 2)
    }
  })

  it('[LK94] a tag is the same on both sides, three characters, and no part of the key', () => {
    const tags = new Set(Array.from({ length: 200 }, (_, index) => tagOf(`room${index}`)))
    expect(tags.size).toBeGreaterThan(190)
    for (const each of tags) expect(each).toMatch(/^[\w-]{3}$/u)
    expect(tagOf('room')).toBe(tag)
  })

  it('[LK74] names the shop, and tells a service that does not serve it from one that is away', async () => {
    const asked: unknown[] = []
    const answers = ['{"error":"unknown shop"}', '{"error":"other"}', null, answer([server])]
    const servers = makeIceServers((_tag, inbox) => {
      asked.push(inbox)
      return Promise.resolve(answers.shift() ?? null)
    }, new ManualClock())
    const verdicts: boolean[] = []
    for (const inbox of ['i1', 'i1', undefined, 'i1']) {
      await servers.get(tag, inbox)
      verdicts.push(servers.isUnknownShop())
    }
    expect(verdicts).toEqual([true, false, false, false])
    expect(asked).toEqual(['i1', 'i1', null, 'i1'])
  })
})
