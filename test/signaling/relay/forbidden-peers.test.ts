import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ATTRIBUTE } from '../../../signaling/relay/stun-attribute.ts'
import { METHOD } from '../../../signaling/relay/stun-message.ts'
import { ip, RELAY_ADDRESS, TurnLab } from './turn-lab.ts'
import { codeOf, lifetime, peerAddress, turnRequest } from './turn-request.ts'

describe('closed', () => {
  const forbidden = [
    ['loopback', '127.0.0.1'],
    ['loopback, another', '127.255.255.254'],
    ['this network', '0.0.0.0'],
    ['this network, another', '0.1.2.3'],
    ['private 10', '10.0.0.1'],
    ['private 172', '172.16.0.1'],
    ['private 192', '192.168.1.1'],
    ['carrier', '100.64.0.1'],
    ['link-local', '169.254.169.254'],
    ['protocol assignments', '192.0.0.1'],
    ['documentation', '192.0.2.1'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['a public address', '8.8.8.8'],
    ['the next address', '203.0.113.8'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 unique local', 'fd00::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['IPv6 public', '2001:4860:4860::8888'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['IPv4-compatible', '::127.0.0.1'],
  ] as const

  it.each(forbidden)('[RL2] %s (%s) is 403, even at a live port', (_name, address) => {
    const lab = new TurnLab()
    const [guest, peer] = lab.pair()
    expect(guest.permitAddresses([[address, peer.relayedPort]])).toBe(403)
    expect(guest.bindAddress(0x4000, address, peer.relayedPort)).toBe(403)
  })

  it.each(['127.0.0.1', '10.0.0.1', RELAY_ADDRESS])('[RL2] %s inside IPv6 is 403', (address) => {
    const [guest, peer] = new TurnLab().pair()
    const transaction = randomBytes(12)
    const mapped = Buffer.concat([Buffer.alloc(10), Buffer.of(0xff, 0xff), ip(address)])
    const attributes = [peerAddress(mapped, peer.relayedPort, transaction)]
    const { signer } = guest
    const method = METHOD.createPermission
    const packet = turnRequest({ method, attributes, transaction, signer })
    expect(codeOf(guest.answer(packet))).toBe(403)
  })

  it.each([
    ['mapped', '00000000000000000000ffff'],
    ['NAT64', '0064ff9b0000000000000000'],
    ['6to4', '2002'],
  ])(
    '[RL2] [RL34] the relay’s own IPv4, %s into IPv6, is 403 where it speaks IPv6',
    (_name, hex) => {
      const lab = new TurnLab({}, RELAY_ADDRESS, '2001:db8::7')
      const [guest, peer] = [lab.visitor(), lab.visitor()]
      const both = { type: ATTRIBUTE.additionalAddressFamily, value: Uint8Array.of(2, 0, 0, 0) }
      guest.allocate(both)
      peer.allocate(both)
      const address = Buffer.alloc(16)
      Buffer.concat([Buffer.from(hex, 'hex'), ip(RELAY_ADDRESS)]).copy(address)
      const transaction = randomBytes(12)
      const attributes = [peerAddress(address, peer.relayedPort, transaction)]
      const method = METHOD.createPermission
      const packet = turnRequest({ method, attributes, transaction, signer: guest.signer })
      expect(codeOf(guest.answer(packet))).toBe(403)
    },
  )

  it('[RL2] the relay’s own address at a port nobody holds is 403, and so is a gone peer’s', () => {
    const lab = new TurnLab()
    const [guest, peer] = lab.pair()
    const free = [2000, 3000, 4000].find(
      (port) => port !== guest.relayedPort && port !== peer.relayedPort,
    )
    for (const port of [0, 80, 3478, free ?? 2000]) {
      expect(guest.permitAddresses([[RELAY_ADDRESS, port]])).toBe(403)
    }
    peer.ask(METHOD.refresh, [lifetime(0)])
    expect(guest.permit(peer)).toBe(403)
  })

  it('[RL1] [RL2] Send to anybody else goes nowhere', () => {
    const lab = new TurnLab()
    const [guest] = lab.pair()
    const before = lab.server.stats().relayedPackets
    for (const port of [0, 53, 3478]) expect(guest.sendTo(port, Buffer.from('x'))).toBeNull()
    expect(lab.server.stats().relayedPackets).toBe(before)
  })
})
