import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { nodeForTag, parseRelayTag } from '../../signaling/relay-nodes.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const NODES = ['a', 'b', 'c', 'd'].map((name) => [`turn:${name}.example`, `turns:${name}.example`])
const TAGS = Array.from({ length: 4_000 }, (_, index) => index.toString(36))

describe('several relays', () => {
  it('[SG47] one tag gives one relay, whatever the order of the list', () => {
    const order = fc.shuffledSubarray(NODES, { minLength: NODES.length })
    fc.assert(
      fc.property(order, fc.string(), (nodes, tag) => {
        expect(nodeForTag(nodes, tag)).toEqual(nodeForTag(NODES, tag))
      }),
    )
  })

  it('[SG47] each gets its share, and a further URL of one moves nothing', () => {
    const longer = NODES.map((node) => [...node, 'turn:192.0.2.1'])
    const counts = new Map<string, number>()
    for (const tag of TAGS) {
      const name = nodeForTag(NODES, tag)?.[0] ?? ''
      counts.set(name, (counts.get(name) ?? 0) + 1)
      expect(nodeForTag(longer, tag)?.[0]).toBe(name)
    }
    expect(counts.size).toBe(4)
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150)
  })

  it('[SG47] a relay that goes takes only its own tags along', () => {
    const [gone, ...rest] = NODES
    for (const tag of TAGS) {
      const before = nodeForTag(NODES, tag)
      if (before !== gone) expect(nodeForTag(rest, tag)).toBe(before)
    }
    expect(nodeForTag([], 'tag')).toBeNull()
  })

  it('[SG47] a tag is short and of base64url', () => {
    expect(parseRelayTag('Ab-_9')).toBe('Ab-_9')
    for (const text of ['', 'a b', 'a/b', 'ا', 'x'.repeat(65)])
      expect(parseRelayTag(text)).toBeNull()
  })
})

describe('/ice', () => {
  const servers: TestServer[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })

  async function askerOf(nodes: readonly (readonly string[])[]) {
    const ice = { urls: nodes[0] ?? [], nodes, secret: 'secret', lifetimeSeconds: 600 }
    const server = await startTestServer({ relay: false, ice })
    servers.push(server)
    return async (query: string): Promise<unknown> =>
      (await fetch(`${server.origin}/ice${query}`)).json()
  }

  it('[SG47] two processes give one tag the same relay, with all of its URLs', async () => {
    const [here, there] = [await askerOf(NODES), await askerOf(NODES.toReversed())]
    for (const query of ['?tag=a', '?tag=b', '?tag=c', '']) {
      const urls = nodeForTag(NODES, query.slice(5))
      const expected = { iceServers: [{ urls }], byTag: true }
      expect(await here(query)).toMatchObject(expected)
      expect(await there(query)).toMatchObject(expected)
    }
    expect(await here('?tag=a%20b')).toEqual({ error: 'misshapen tag' })
  })

  it('[SG47] one relay is for all tags', async () => {
    const ask = await askerOf(NODES.slice(0, 1))
    const answer = await ask('?tag=a')
    expect(answer).toMatchObject({ iceServers: [{ urls: NODES[0] }] })
    expect(answer).not.toHaveProperty('byTag')
  })
})
