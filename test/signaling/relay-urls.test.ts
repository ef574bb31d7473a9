import { describe, expect, it } from 'vitest'
import { relayUrls } from '../../signaling/relay-urls.ts'

describe('what /ice lists', () => {
  it('[SG40] UDP before TCP before TLS, each family, IPv6 in brackets', () => {
    const place = { addresses: ['192.0.2.1', '2001:db8::1'], port: 3478 }
    expect(relayUrls({ ...place, tls: { host: 'chat.shop.example', port: 443 } })).toEqual([
      'turn:192.0.2.1:3478?transport=udp',
      'turn:[2001:db8::1]:3478?transport=udp',
      'turn:192.0.2.1:3478?transport=tcp',
      'turn:[2001:db8::1]:3478?transport=tcp',
      'turns:chat.shop.example:443?transport=tcp',
    ])
    expect(relayUrls({ ...place, tls: null }).at(-1)).toMatch(/^turn:/u)
  })
})
