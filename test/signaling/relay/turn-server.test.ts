import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { NONCE_LIFETIME_MS } from '../../../signaling/relay/nonce.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readXorAddress,
} from '../../../signaling/relay/stun-attribute.ts'
import { encodeStun, METHOD } from '../../../signaling/relay/stun-message.ts'
import { grantedSeconds, ip, RELAY_ADDRESS, TurnLab } from './turn-lab.ts'
import {
  attributeText,
  codeOf,
  lifetime,
  REALM,
  turnRequest,
  udpTransport,
  usernameOf,
} from './turn-request.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const EVEN_PORT = { type: ATTRIBUTE.evenPort, value: Uint8Array.of(0) }
const RESERVED_PAIR = { type: ATTRIBUTE.evenPort, value: Uint8Array.of(0x80) }
const RESERVATION = { type: ATTRIBUTE.reservationToken, value: Buffer.alloc(8) }
const family = (type: number, value: number) => ({ type, value: Uint8Array.of(value, 0, 0, 0) })
const wantsIpv6 = family(ATTRIBUTE.requestedAddressFamily, 2)
const wantsIpv4 = family(ATTRIBUTE.requestedAddressFamily, 1)
const alsoIpv6 = family(ATTRIBUTE.additionalAddressFamily, 2)
const alsoIpv4 = family(ATTRIBUTE.additionalAddressFamily, 1)
const unknownAttribute = { type: 0x7777, value: Buffer.alloc(4) }

describe('Binding', () => {
  it.each([
    ['192.0.2.9', '192.0.2.9'],
    ['::ffff:192.0.2.9', '192.0.2.9'],
    ['2001:db8::9', '2001:db8::9'],
    ['fe80::9%eth0', 'fe80::9'],
  ])('[RL6] tells %s its own address', (address, told) => {
    const visitor = new TurnLab().visitor('someone', address)
    const message = visitor.answer(turnRequest({ method: METHOD.binding, fingerprint: true }))
    const value = findAttribute(message.attributes, ATTRIBUTE.xorMappedAddress) ?? Buffer.alloc(0)
    expect(message).toMatchObject({ class: 'success', hasFingerprint: true })
    expect(readXorAddress(value, message.transaction)).toEqual({
      ip: ip(told),
      port: visitor.client.port,
    })
  })

  it('[RL10] names what it does not understand', () => {
    const visitor = new TurnLab().visitor()
    const attributes = [unknownAttribute]
    const message = visitor.answer(turnRequest({ method: METHOD.binding, attributes }))
    expect(codeOf(message)).toBe(420)
    expect(findAttribute(message.attributes, ATTRIBUTE.unknownAttributes)).toEqual(
      Uint8Array.of(0x77, 0x77),
    )
  })
})

describe('credentials', () => {
  it('[RL7] asks for one with realm and nonce, unsigned', () => {
    for (const method of [METHOD.allocate, METHOD.refresh, METHOD.createPermission, 9]) {
      const message = new TurnLab().visitor().answer(turnRequest({ method }))
      expect(codeOf(message)).toBe(401)
      expect(attributeText(message, ATTRIBUTE.realm)).toBe(REALM)
      expect(attributeText(message, ATTRIBUTE.nonce)).not.toBe('')
      expect(message.integrity).toBeNull()
    }
  })

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an expired username', { username: usernameOf('someone', 0) }],
    ['a username without an expiry', { username: 'someone' }],
    ['an endless username', { username: `99999999999:${'x'.repeat(600)}` }],
  ])('[RL7] %s is 401', (_name, signer) => {
    const lab = new TurnLab()
    expect(codeOf(lab.visitor().ask(METHOD.allocate, [udpTransport], signer))).toBe(401)
    expect(lab.server.stats().allocations).toBe(0)
  })

  it('[RL7] a later expiry cannot be written into a good credential', () => {
    const lab = new TurnLab()
    const good = usernameOf('someone', lab.now)
    const later = usernameOf('someone', lab.now + MINUTE_MS)
    const visitor = lab.visitor()
    const packet = turnRequest({
      method: METHOD.allocate,
      attributes: [udpTransport],
      signer: { ...visitor.signer, username: good },
    })
    packet.set(Buffer.from(later), packet.indexOf(good))
    expect(codeOf(visitor.answer(packet))).toBe(401)
  })

  it('[RL7] integrity without username, realm or nonce is 400', () => {
    const draft = {
      class: 'request',
      method: METHOD.allocate,
      transaction: randomBytes(12),
    } as const
    const sign = { key: randomBytes(16), algorithm: 'sha1' } as const
    const packet = Buffer.from(encodeStun({ ...draft, attributes: [udpTransport], sign }))
    expect(codeOf(new TurnLab().visitor().answer(packet))).toBe(400)
  })

  it('[RL7] SHA-256 is taken and answered in kind', () => {
    const answer = new TurnLab().visitor().ask(METHOD.allocate, [udpTransport], {
      algorithm: 'sha256',
    })
    expect(answer.class).toBe('success')
    expect(answer.integrity?.algorithm).toBe('sha256')
  })

  it('[RL8] a nonce that is old, of another client, or made up is 438', () => {
    const lab = new TurnLab()
    const [visitor, other] = [lab.visitor(), lab.visitor()]
    const { nonce } = visitor.signer
    expect(codeOf(other.ask(METHOD.allocate, [udpTransport], { nonce }))).toBe(438)
    expect(codeOf(visitor.ask(METHOD.allocate, [udpTransport], { nonce: 'made up' }))).toBe(438)
    lab.now += NONCE_LIFETIME_MS
    const stale = visitor.ask(METHOD.allocate, [udpTransport], { nonce })
    expect(codeOf(stale)).toBe(438)
    const fresh = { nonce: attributeText(stale, ATTRIBUTE.nonce) }
    expect(codeOf(visitor.ask(METHOD.allocate, [udpTransport], fresh))).toBe(0)
  })

  it('[RL9] a held allocation is refreshed beyond the expiry of its credential, a new one is not made', () => {
    const lab = new TurnLab()
    const guest = lab.visitor()
    guest.username = usernameOf('someone', lab.now, 60)
    expect(codeOf(guest.allocate())).toBe(0)
    lab.now += 2 * MINUTE_MS
    expect(codeOf(guest.ask(METHOD.refresh))).toBe(0)
    const newcomer = lab.visitor()
    expect(codeOf(newcomer.ask(METHOD.allocate, [udpTransport], guest.signer))).toBe(438)
    const { nonce } = newcomer.signer
    const expired = { username: guest.username, nonce }
    expect(codeOf(newcomer.ask(METHOD.allocate, [udpTransport], expired))).toBe(401)
  })

  it('[RL27] nobody holds an allocation beyond a day after its credential', () => {
    const dayMs = 24 * 60 * MINUTE_MS
    const lab = new TurnLab()
    const guest = lab.visitor()
    guest.username = usernameOf('someone', lab.now, 60)
    expect(codeOf(guest.allocate())).toBe(0)
    const endsAt = lab.now + MINUTE_MS + dayMs
    for (; endsAt - lab.now > 5 * MINUTE_MS; lab.now += 5 * MINUTE_MS) {
      guest.forgetNonce() // it lasts ten minutes
      const left = Math.floor((endsAt - lab.now) / 1000)
      expect(grantedSeconds(guest.ask(METHOD.refresh))).toBe(Math.min(600, left))
    }
    guest.forgetNonce()
    lab.now = endsAt - 999
    expect(codeOf(guest.ask(METHOD.refresh))).toBe(401)
    expect(lab.server.stats().allocations).toBe(1)
    expect(codeOf(guest.ask(METHOD.refresh, [lifetime(0)]))).toBe(0)
    expect(lab.server.stats().allocations).toBe(0)
  })

  it('[RL18] a good credential is not enough for an allocation made with another', () => {
    const lab = new TurnLab()
    const guest = lab.guest()
    const peer = lab.guest()
    guest.username = usernameOf('someone else', lab.now)
    expect(codeOf(guest.ask(METHOD.refresh, [lifetime(0)]))).toBe(441)
    expect(guest.permit(peer)).toBe(441)
    expect(guest.bind(0x4000, peer)).toBe(441)
    expect(lab.server.stats().allocations).toBe(2)
  })
})

describe('Allocate', () => {
  it('[RL4] gives the public address and a port above 1023, never the next in a row', () => {
    const lab = new TurnLab()
    const ports = Array.from({ length: 200 }, () => lab.guest().relayedPort)
    expect(new Set(ports).size).toBe(200)
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(1024)
    expect(ports.filter((port, index) => port === (ports[index - 1] ?? 0) + 1).length).toBeLessThan(
      5,
    )
    const message = lab.visitor().allocate()
    const value = findAttribute(message.attributes, ATTRIBUTE.xorRelayedAddress) ?? Buffer.alloc(0)
    expect(readXorAddress(value, message.transaction)?.ip).toEqual(ip(RELAY_ADDRESS))
  })

  it('[RL4] gives an even port to who asks for one', () => {
    const lab = new TurnLab()
    for (let count = 0; count < 30; count++) {
      const visitor = lab.visitor()
      visitor.allocate(EVEN_PORT)
      expect(visitor.relayedPort % 2).toBe(0)
    }
  })

  it.each([
    ['no transport', 400, []],
    ['TCP', 442, [{ ...udpTransport, value: Uint8Array.of(6, 0, 0, 0) }]],
    ['a torn transport', 400, [{ ...udpTransport, value: Uint8Array.of(17) }]],
    ['IPv6 from an IPv4 relay', 440, [udpTransport, wantsIpv6]],
    ['IPv4', 0, [udpTransport, wantsIpv4]],
    ['both families twice over', 400, [udpTransport, wantsIpv4, alsoIpv6]],
    ['IPv4 as the additional one', 400, [udpTransport, alsoIpv4]],
    ['a pair of ports and both families', 400, [udpTransport, RESERVED_PAIR, alsoIpv6]],
    ['a pair of ports', 508, [udpTransport, RESERVED_PAIR]],
    ['a torn even port', 400, [udpTransport, { ...EVEN_PORT, value: Buffer.alloc(0) }]],
    ['a reserved port', 508, [udpTransport, RESERVATION]],
    ['a reserved even port', 400, [udpTransport, RESERVATION, EVEN_PORT]],
    ['a torn lifetime', 400, [udpTransport, { ...lifetime(1), value: Buffer.alloc(3) }]],
    ['no fragments', 0, [udpTransport, { type: ATTRIBUTE.dontFragment, value: Buffer.alloc(0) }]],
    ['something unknown', 420, [udpTransport, unknownAttribute]],
    ['something optional and unknown', 0, [udpTransport, { ...unknownAttribute, type: 0xc057 }]],
  ])('[RL10] [RL11] %s: %i', (_name, code, attributes) => {
    const lab = new TurnLab()
    const answer = lab.visitor().ask(METHOD.allocate, attributes)
    expect(codeOf(answer)).toBe(code)
    expect(answer.integrity).not.toBeNull()
    expect(lab.server.stats().allocations).toBe(code === 0 ? 1 : 0)
  })

  it('[RL11] both families: the one there is, and word about the other', () => {
    const answer = new TurnLab().visitor().allocate(alsoIpv6)
    expect(codeOf(answer)).toBe(0)
    const word = findAttribute(answer.attributes, ATTRIBUTE.addressErrorCode)
    expect([...(word?.subarray(0, 4) ?? [])]).toEqual([2, 0, 4, 40])
  })

  it('[RL11] a relay with an IPv6 address gives that', () => {
    const lab = new TurnLab({}, '2001:db8::7')
    expect(codeOf(lab.visitor().ask(METHOD.allocate, [udpTransport, wantsIpv6]))).toBe(0)
    expect(codeOf(lab.visitor().ask(METHOD.allocate, [udpTransport]))).toBe(0)
    expect(codeOf(lab.visitor().ask(METHOD.allocate, [udpTransport, wantsIpv4]))).toBe(440)
  })

  it.each([
    ['no family named', [], ['192.0.2.7']],
    ['IPv4', [wantsIpv4], ['192.0.2.7']],
    ['IPv6', [wantsIpv6], ['2001:db8::7']],
    ['both', [alsoIpv6], ['192.0.2.7', '2001:db8::7']],
  ])('[RL34] a relay of both families, %s: that, at one port', (_name, attributes, expected) => {
    const lab = new TurnLab({}, '2001:db8::7', '192.0.2.7')
    const answer = lab.visitor().allocate(...attributes)
    const relayed = answer.attributes
      .filter(({ type }) => type === ATTRIBUTE.xorRelayedAddress)
      .map(({ value }) => readXorAddress(value, answer.transaction))
    expect(codeOf(answer)).toBe(0)
    expect(new Set(relayed.map((address) => address?.port)).size).toBe(1)
    expect(new Set(relayed.map((address) => address?.ip))).toEqual(new Set(expected.map(ip)))
    expect(findAttribute(answer.attributes, ATTRIBUTE.addressErrorCode)).toBeNull()
    expect(lab.server.stats().allocations).toBe(1)
  })

  it('[RL34] a relay of IPv6 alone that is asked for both gives that, and word about the other', () => {
    const answer = new TurnLab({}, '2001:db8::7').visitor().allocate(alsoIpv6)
    expect(codeOf(answer)).toBe(0)
    const word = findAttribute(answer.attributes, ATTRIBUTE.addressErrorCode)
    expect([...(word?.subarray(0, 4) ?? [])]).toEqual([1, 0, 4, 40])
  })

  it('[RL11] a second one from the same 5-tuple is 437, until the first is gone', () => {
    const lab = new TurnLab()
    const guest = lab.guest()
    expect(codeOf(guest.allocate())).toBe(437)
    expect(codeOf(guest.ask(METHOD.refresh, [lifetime(0)]))).toBe(0)
    expect(codeOf(guest.allocate())).toBe(0)
  })

  it('[RL12] sent again, it gets the same answer and makes no second allocation', () => {
    const lab = new TurnLab()
    const visitor = lab.visitor()
    const { signer } = visitor
    const attributes = [udpTransport]
    const packet = turnRequest({ method: METHOD.allocate, attributes, signer })
    const answers = [packet, packet].map((copy) => visitor.send(Buffer.from(copy))?.bytes)
    expect(answers[0]).toEqual(answers[1])
    expect(lab.server.stats().allocations).toBe(1)
    lab.now += 41 * SECOND_MS
    expect(codeOf(visitor.answer(packet))).toBe(437)
  })

  it('[RL12] an end sent again is not a mismatch', () => {
    const guest = new TurnLab().guest()
    const attributes = [lifetime(0)]
    const packet = turnRequest({ method: METHOD.refresh, attributes, signer: guest.signer })
    const answers = [packet, packet].map((copy) => codeOf(guest.answer(Buffer.from(copy))))
    expect(answers).toEqual([0, 0])
  })
})

describe('Refresh', () => {
  it.each([
    [undefined, 600],
    [1, 600],
    [1200, 1200],
    [1_000_000, 3600],
    [0xffff_ffff, 3600],
    [0, 0],
  ])('[RL13] asked for %s s, grants %i s', (asked, granted) => {
    const guest = new TurnLab().guest()
    const attributes = asked === undefined ? [] : [lifetime(asked)]
    expect(grantedSeconds(guest.ask(METHOD.refresh, attributes))).toBe(granted)
  })

  it('[RL13] is 443 for the other family, 400 when torn', () => {
    const guest = new TurnLab().guest()
    expect(codeOf(guest.ask(METHOD.refresh, [wantsIpv6]))).toBe(443)
    expect(codeOf(guest.ask(METHOD.refresh, [wantsIpv4]))).toBe(0)
    const torn = { ...lifetime(1), value: Buffer.alloc(5) }
    expect(codeOf(guest.ask(METHOD.refresh, [torn]))).toBe(400)
  })

  it('[RL34] of a named family is 443 where there is none, and 0 ends that address alone', () => {
    const lab = new TurnLab({}, '192.0.2.7', '2001:db8::7')
    const guest = lab.visitor()
    guest.allocate(alsoIpv6)
    expect(codeOf(guest.ask(METHOD.refresh, [wantsIpv6, lifetime(0)]))).toBe(0)
    expect(lab.server.stats().allocations).toBe(1)
    expect(codeOf(guest.ask(METHOD.refresh, [wantsIpv6]))).toBe(443)
    expect(codeOf(guest.ask(METHOD.refresh, [wantsIpv4]))).toBe(0)
    expect(codeOf(guest.ask(METHOD.refresh, [wantsIpv4, lifetime(0)]))).toBe(0)
    expect(lab.server.stats().allocations).toBe(0)
  })

  it('[RL13] without an allocation every later request is 437', () => {
    const lab = new TurnLab()
    const [visitor, peer] = [lab.visitor(), lab.guest()]
    expect(codeOf(visitor.ask(METHOD.refresh))).toBe(437)
    expect(visitor.permit(peer)).toBe(437)
    expect(visitor.bind(0x4000, peer)).toBe(437)
  })
})

describe('CreatePermission and ChannelBind', () => {
  it('[RL14] takes several peers, all or none', () => {
    const lab = new TurnLab()
    const [guest, near, far] = [lab.guest(), lab.guest(), lab.guest()]
    near.permit(guest)
    const known = [RELAY_ADDRESS, near.relayedPort] as const
    expect(guest.permitAddresses([known, ['127.0.0.1', near.relayedPort]])).toBe(403)
    expect(guest.sendTo(near.relayedPort, Buffer.from('hello'))).toBeNull()
    expect(guest.permit(near, far)).toBe(0)
    expect(guest.sendTo(near.relayedPort, Buffer.from('hello'))).not.toBeNull()
  })

  it('[RL14] is 400 without a peer or with a torn one', () => {
    const guest = new TurnLab().guest()
    expect(guest.permitAddresses([])).toBe(400)
    const torn = { type: ATTRIBUTE.xorPeerAddress, value: Buffer.alloc(7) }
    expect(codeOf(guest.ask(METHOD.createPermission, [torn]))).toBe(400)
  })

  it('[RL14] [RL15] is 508 beyond the table, and renewal still works', () => {
    const lab = new TurnLab({ permissionsPerAllocation: 2, channelsPerAllocation: 2 })
    const guest = lab.guest()
    const peers = [lab.guest(), lab.guest(), lab.guest()] as const
    expect(guest.permit(...peers)).toBe(508)
    expect(guest.permit(peers[0], peers[1])).toBe(0)
    expect(guest.permit(peers[2])).toBe(508)
    expect(guest.permit(peers[0], peers[1])).toBe(0)
    expect(guest.bind(0x4000, peers[0])).toBe(0)
    expect(guest.bind(0x4001, peers[2])).toBe(508)
    expect(guest.bind(0x4000, peers[0])).toBe(0)
    lab.now += 5 * MINUTE_MS
    expect(guest.permit(peers[2])).toBe(0)
  })

  it('[RL15] is 400 outside 0x4000–0x4FFF, torn, or bound otherwise', () => {
    const lab = new TurnLab()
    const [guest, near, far] = [lab.guest(), lab.guest(), lab.guest()]
    for (const number of [0, 0x3fff, 0x5000, 0x7fff, 0xffff]) {
      expect(guest.bind(number, near)).toBe(400)
    }
    expect(codeOf(guest.ask(METHOD.channelBind, []))).toBe(400)
    expect(guest.bind(0x4000, near)).toBe(0)
    expect(guest.bind(0x4000, near)).toBe(0)
    expect(guest.bind(0x4000, far)).toBe(400)
    expect(guest.bind(0x4001, near)).toBe(400)
    expect(guest.bind(0x4fff, far)).toBe(0)
  })

  it('[RL15] a number is free again when its time is over or its peer gone', () => {
    const lab = new TurnLab()
    const [guest, near, far] = [lab.guest(), lab.guest(), lab.guest()]
    expect(guest.bind(0x4000, near)).toBe(0)
    near.ask(METHOD.refresh, [lifetime(0)])
    expect(guest.bind(0x4000, far)).toBe(0)
  })
})
