import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress, parseTrustedProxies } from '../../signaling/client-address.ts'

function trusted(...items: string[]) {
  const proxies = parseTrustedProxies(items)
  if (proxies === null) throw new Error('no such networks')
  return proxies
}

describe('client addresses', () => {
  it.each<[string, string | string[] | undefined, string]>([
    ['192.0.2.7', '198.51.100.1', '192.0.2.7'], // not a proxy of ours: its word counts for nothing
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '203.0.113.9, 198.51.100.1', '198.51.100.1'], // the client may have sent the first
    ['127.0.0.1', '198.51.100.1, 10.1.2.3', '198.51.100.1'],
    ['127.0.0.1', ['198.51.100.1', '10.1.2.3'], '198.51.100.1'],
    ['127.0.0.1', '198.51.100.1:4000', '198.51.100.1'],
    ['127.0.0.1', '[2001:db8::1]:4000', '2001:db8::1'],
    ['127.0.0.1', 'unknown', '127.0.0.1'],
    ['127.0.0.1', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
  ])('[SG33] believes the trusted hops alone: %s, %j', (remote, forwardedFor, expected) => {
    const proxies = trusted('127.0.0.0/8', '::1', '10.0.0.0/8')
    expect(clientAddress({ remote, forwardedFor }, proxies)).toBe(expected)
  })

  it('[SG33] takes no header, however made, for more than text', () => {
    const proxies = trusted('127.0.0.0/8')
    const check = fc.property(fc.string({ unit: 'binary' }), (forwardedFor) => {
      const address = clientAddress({ remote: '127.0.0.1', forwardedFor }, proxies)
      expect(address).toMatch(/^[0-9a-fA-F.:%\w]+$/)
    })
    fc.assert(check, { numRuns: 500 })
  })

  it.each(['10.0.0.0/33', '10.0.0', 'proxy.example', '', '::1/129', '10.0.0.0/8/8', '1.2.3.4/'])(
    '[SG33] knows no network %j',
    (item) => {
      expect(parseTrustedProxies([item])).toBeNull()
    },
  )
})
