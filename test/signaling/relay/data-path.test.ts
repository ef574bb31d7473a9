import { describe, expect, it } from 'vitest'
import { encodeChannelData } from '../../../signaling/relay/channel-data.ts'
import type { Outgoing } from '../../../signaling/relay/data-path.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readXorAddress,
} from '../../../signaling/relay/stun-attribute.ts'
import { METHOD, parseStun } from '../../../signaling/relay/stun-message.ts'
import { ip, RELAY_ADDRESS, TurnLab } from './turn-lab.ts'
import { codeOf, lifetime, turnRequest } from './turn-request.ts'

const MINUTE_MS = 60_000
const HELLO = Buffer.from('hello')

/** The data and its sender's relayed port, from a Data indication. */
function readData(
  outgoing: Outgoing | null,
  relay = RELAY_ADDRESS,
): { data: string; port: number } | null {
  const message = outgoing === null ? null : parseStun(outgoing.bytes)
  if (message?.class !== 'indication' || message.method !== METHOD.data) return null
  const find = (type: number): Uint8Array =>
    findAttribute(message.attributes, type) ?? Buffer.alloc(0)
  const from = readXorAddress(find(ATTRIBUTE.xorPeerAddress), message.transaction)
  expect(from?.ip).toEqual(ip(relay))
  return { data: Buffer.from(find(ATTRIBUTE.data)).toString(), port: from?.port ?? 0 }
}

describe('Send and ChannelData', () => {
  it('[RL16] arrives as a Data indication where there is no channel', () => {
    const [left, right] = new TurnLab().pair()
    const outgoing = left.sendTo(right.relayedPort, HELLO)
    expect(outgoing?.destination).toEqual(right.client)
    expect(readData(outgoing)).toEqual({ data: 'hello', port: left.relayedPort })
  })

  it('[RL16] [RL17] arrives as ChannelData under the receiver’s number where there is one', () => {
    const [left, right] = new TurnLab().pair()
    right.bind(0x4abc, left)
    const expected = encodeChannelData(0x4abc, HELLO)
    expect(left.sendTo(right.relayedPort, HELLO)?.bytes).toEqual(expected)
    left.bind(0x4001, right)
    expect(left.send(encodeChannelData(0x4001, HELLO))).toEqual({
      bytes: expected,
      destination: right.client,
    })
  })

  it('[RL17] a channel at the sender alone ends in a Data indication', () => {
    const [left, right] = new TurnLab().pair()
    left.bind(0x4001, right)
    const outgoing = left.send(encodeChannelData(0x4001, HELLO))
    expect(readData(outgoing)).toEqual({ data: 'hello', port: left.relayedPort })
  })

  it('[RL17] drops padding, an empty message passes, a torn one or a strange number does not', () => {
    const [left, right] = new TurnLab().pair()
    left.bind(0x4001, right)
    right.bind(0x4001, left)
    const whole = encodeChannelData(0x4001, HELLO)
    expect(left.send(Buffer.concat([whole, Buffer.alloc(3)]))?.bytes).toEqual(whole)
    const empty = encodeChannelData(0x4001, Buffer.alloc(0))
    expect(left.send(Buffer.from(empty))?.bytes).toEqual(empty)
    for (let length = 0; length < whole.length; length++) {
      expect(left.send(Buffer.from(whole.subarray(0, length)))).toBeNull()
    }
    expect(left.send(encodeChannelData(0x4002, HELLO))).toBeNull()
    expect(left.send(encodeChannelData(0x5001, HELLO))).toBeNull()
  })

  it('[RL16] Send with something unknown, or without data, is dropped', () => {
    const [left, right] = new TurnLab().pair()
    const unknown = [{ type: 0x7777, value: Buffer.alloc(0) }]
    expect(left.sendTo(right.relayedPort, HELLO, unknown)).toBeNull()
    const fragment = [{ type: ATTRIBUTE.dontFragment, value: Buffer.alloc(0) }]
    expect(left.sendTo(right.relayedPort, HELLO, fragment)).not.toBeNull()
  })

  it('[RL5] answers, Data indications and unknown methods that come in are dropped', () => {
    const lab = new TurnLab()
    const guest = lab.guest()
    for (const type of [0x0103, 0x0113, 0x0017, 0x0011, 0x0002, 0x000a]) {
      const packet = turnRequest({ method: METHOD.binding })
      packet.writeUInt16BE(type, 0)
      expect(guest.send(packet)).toBeNull()
    }
    expect(lab.server.stats().malformedPackets).toBe(6)
  })
})

describe('permissions', () => {
  it('[RL3] nothing passes before both sides have permitted each other', () => {
    const lab = new TurnLab()
    const [left, right] = [lab.guest(), lab.guest()]
    expect(left.sendTo(right.relayedPort, HELLO)).toBeNull()
    left.permit(right)
    expect(left.sendTo(right.relayedPort, HELLO)).toBeNull()
    right.permit(left)
    expect(left.sendTo(right.relayedPort, HELLO)).not.toBeNull()
  })

  it('[RL3] a stranger is kept out though all share one address', () => {
    const lab = new TurnLab()
    const [left, right] = lab.pair()
    const stranger = lab.guest('stranger')
    stranger.permit(left, right)
    stranger.bind(0x4000, right)
    expect(stranger.sendTo(right.relayedPort, HELLO)).toBeNull()
    expect(stranger.send(encodeChannelData(0x4000, HELLO))).toBeNull()
    expect(left.sendTo(right.relayedPort, HELLO)).not.toBeNull()
  })

  it('[RL26] the last packet before a permission follows it, once and not later than 2 s', () => {
    const lab = new TurnLab()
    const [left, right, stranger] = [lab.guest(), lab.guest(), lab.guest('stranger')]
    left.permit(right)
    stranger.permit(right)
    const permission = (): Buffer => right.permission([[RELAY_ADDRESS, left.relayedPort]])
    stranger.sendTo(right.relayedPort, HELLO)
    left.sendTo(right.relayedPort, Buffer.from('first'))
    left.sendTo(right.relayedPort, Buffer.from('last'))
    const [answer, held, ...more] = right.sendAll(permission())
    expect(answer?.destination).toEqual(right.client)
    expect(held?.destination).toEqual(right.client)
    expect(readData(held ?? null)).toEqual({ data: 'last', port: left.relayedPort })
    expect(more).toEqual([])
    expect(right.sendAll(permission())).toHaveLength(1)

    for (const [size, waitMs, expected] of [
      [1_500, 1_999, 2],
      [1_500, 2_000, 1],
      [1_501, 0, 1],
    ] as const) {
      const late = lab.guest()
      left.permit(late)
      left.sendTo(late.relayedPort, Buffer.alloc(size))
      lab.now += waitMs
      const packets = late.sendAll(late.permission([[RELAY_ADDRESS, left.relayedPort]]))
      expect(packets).toHaveLength(expected)
    }
  })

  it('[RL3] a permission and a channel do not pass to who gets the port next', () => {
    const lab = new TurnLab()
    const [left, right] = lab.pair()
    right.bind(0x4000, left)
    left.ask(METHOD.refresh, [lifetime(0)])
    lab.luck.push(left.relayedPort)
    const heir = lab.guest('heir')
    expect(heir.relayedPort).toBe(left.relayedPort)
    heir.permit(right)
    expect(heir.sendTo(right.relayedPort, HELLO)).toBeNull()
    expect(right.send(encodeChannelData(0x4000, HELLO))).toBeNull()
  })

  it('[RL17] [RL21] five minutes of permission, ten of a channel, and both renewable', () => {
    const lab = new TurnLab()
    const [left, right] = [lab.guest(), lab.guest()]
    left.bind(0x4001, right)
    right.bind(0x4001, left)
    const passes = (): boolean => left.send(encodeChannelData(0x4001, HELLO)) !== null
    expect(passes()).toBe(true)
    lab.now += 5 * MINUTE_MS - 1
    expect(passes()).toBe(true)
    lab.now += 1
    expect(passes()).toBe(false)
    right.permit(left)
    expect(passes()).toBe(true)
    left.ask(METHOD.refresh)
    right.ask(METHOD.refresh)
    lab.now += 5 * MINUTE_MS - 1
    expect(passes()).toBe(true) // the channels’ last millisecond, the permission’s too
    lab.now += 1
    right.forgetNonce()
    right.permit(left)
    expect(passes()).toBe(false)
  })
})

describe('two families', () => {
  const [IPV4, IPV6] = ['192.0.2.7', '2001:db8::7']
  const alsoIpv6 = {
    type: ATTRIBUTE.additionalAddressFamily,
    value: Uint8Array.of(2, 0, 0, 0),
  }
  const wantsIpv6 = { ...alsoIpv6, type: ATTRIBUTE.requestedAddressFamily }

  /** Two clients, each with an address of both families. */
  function dualPair() {
    const lab = new TurnLab({}, IPV4, IPV6)
    const [left, right] = [lab.visitor(), lab.visitor()]
    left.allocate(alsoIpv6)
    right.allocate(alsoIpv6)
    return { lab, left, right }
  }

  it('[RL34] each address is permitted by itself, and data names the family it came by', () => {
    const { left, right } = dualPair()
    expect(left.permitAddresses([[IPV6, right.relayedPort]])).toBe(0)
    expect(right.permitAddresses([[IPV4, left.relayedPort]])).toBe(0)
    const send = (address: string): Outgoing | null =>
      left.sendTo(right.relayedPort, HELLO, [], address)
    expect(send(IPV4)).toBeNull()
    expect(send(IPV6)).toBeNull()
    expect(right.permitAddresses([[IPV6, left.relayedPort]])).toBe(0)
    expect(send(IPV4)).toBeNull()
    expect(readData(send(IPV6), IPV6)).toEqual({ data: 'hello', port: left.relayedPort })
    expect(left.permitAddresses([[IPV4, right.relayedPort]])).toBe(0)
    expect(readData(send(IPV4), IPV4)).toEqual({ data: 'hello', port: left.relayedPort })
  })

  it('[RL34] both addresses of a peer have a channel of their own', () => {
    const { left, right } = dualPair()
    for (const [number, address] of [
      [0x4004, IPV4],
      [0x4006, IPV6],
    ] as const) {
      expect(left.bindAddress(number, address, right.relayedPort)).toBe(0)
      expect(right.bindAddress(number + 0x100, address, left.relayedPort)).toBe(0)
      const expected = encodeChannelData(number + 0x100, HELLO)
      expect(left.send(encodeChannelData(number, HELLO))?.bytes).toEqual(expected)
    }
    expect(left.bindAddress(0x4004, IPV6, right.relayedPort)).toBe(400)
  })

  it('[RL34] nobody reaches an address that was given back, or of a family that one has not', () => {
    const { lab, left, right } = dualPair()
    left.bindAddress(0x4006, IPV6, right.relayedPort)
    right.bindAddress(0x4006, IPV6, left.relayedPort)
    expect(left.send(encodeChannelData(0x4006, HELLO))).not.toBeNull()
    right.ask(METHOD.refresh, [wantsIpv6, lifetime(0)])
    expect(left.send(encodeChannelData(0x4006, HELLO))).toBeNull()
    expect(left.permitAddresses([[IPV6, right.relayedPort]])).toBe(403)
    const old = lab.visitor()
    old.allocate()
    expect(old.permitAddresses([[IPV6, left.relayedPort]])).toBe(403)
    expect(old.permitAddresses([[IPV4, left.relayedPort]])).toBe(0)
    expect(left.permitAddresses([[IPV6, old.relayedPort]])).toBe(403)
  })
})

describe('limits', () => {
  it('[RL19] 486 for one user’s, one address’s and everybody’s too many, and room after an end', () => {
    const lab = new TurnLab({
      allocationsPerUser: 2,
      allocationsPerAddress: 3,
      allocations: 4,
    })
    const first = lab.guest('greedy', '192.0.2.1')
    lab.guest('greedy', '192.0.2.2')
    expect(codeOf(lab.visitor('greedy', '192.0.2.3').allocate())).toBe(486)
    lab.guest('second', '192.0.2.1')
    const third = lab.guest('third', '192.0.2.1')
    expect(codeOf(lab.visitor('fourth', '192.0.2.1').allocate())).toBe(486)
    third.ask(METHOD.refresh, [lifetime(0)])
    lab.guest('fourth', '192.0.2.1')
    expect(codeOf(lab.visitor('fifth', '192.0.2.5').allocate())).toBe(486)
    first.ask(METHOD.refresh, [lifetime(0)])
    expect(codeOf(lab.visitor('greedy', '192.0.2.5').allocate())).toBe(0)
  })

  it('[RL19] counts by the id, whatever the expiry, and IPv6 by its first half', () => {
    const lab = new TurnLab({ allocationsPerUser: 1 })
    lab.guest('greedy')
    lab.now += 5_000
    expect(codeOf(lab.visitor('greedy').allocate())).toBe(486)
    const house = new TurnLab({ allocationsPerAddress: 1 })
    house.guest('a', '2001:db8:1:2::1')
    expect(codeOf(house.visitor('b', '2001:db8:1:2:ffff::9').allocate())).toBe(486)
    expect(codeOf(house.visitor('c', '2001:db8:1:3::1').allocate())).toBe(0)
  })

  it('[RL20] drops what is beyond the share, and lets time refill it', () => {
    const lab = new TurnLab({ bytesPerSecond: 10_000, burstBytes: 3_000 })
    const [left, right] = lab.pair()
    const send = (): boolean => left.sendTo(right.relayedPort, Buffer.alloc(1_000)) !== null
    expect([send(), send(), send(), send()]).toEqual([true, true, true, false])
    lab.now += 100
    expect([send(), send()]).toEqual([true, false])
    expect(right.sendTo(left.relayedPort, Buffer.alloc(1_000))).not.toBeNull()
    expect(lab.server.stats()).toMatchObject({ throttledPackets: 2, relayedBytes: 5_000 })
  })

  it('[RL21] an allocation ends at its time and is swept with its quota', () => {
    const lab = new TurnLab({ allocationsPerUser: 2 })
    const [left, right] = lab.pair()
    lab.now += 10 * MINUTE_MS - 1
    left.forgetNonce()
    left.ask(METHOD.refresh)
    lab.now += 1
    left.permit(right)
    expect(left.sendTo(right.relayedPort, HELLO)).toBeNull()
    lab.server.sweep(lab.now)
    expect(lab.server.stats().allocations).toBe(1)
    lab.guest()
  })

  it('[RL21] an idle allocation is freed before the hour it asked for, a used one is not', () => {
    const lab = new TurnLab()
    const [idle, left, right] = [lab.visitor(), lab.visitor(), lab.visitor()]
    for (const guest of [idle, left, right]) guest.allocate(lifetime(3600))
    for (let minute = 0; minute < 20; minute++) {
      left.forgetNonce()
      right.forgetNonce()
      left.permit(right)
      right.permit(left)
      lab.now += MINUTE_MS
      lab.server.sweep(lab.now)
      expect(left.sendTo(right.relayedPort, HELLO)).not.toBeNull()
    }
    expect(lab.server.stats().allocations).toBe(2)
  })

  it('[RL22] a source without a credential gets its share of answers, others theirs', () => {
    const lab = new TurnLab({ challengesPerSecond: 10 })
    const victim = lab.visitor('victim', '192.0.2.66')
    const flood = (): number =>
      Array.from({ length: 100 }, () =>
        victim.send(turnRequest({ method: METHOD.allocate })),
      ).filter((answer) => answer !== null).length
    expect(flood()).toBe(40)
    expect(codeOf(lab.visitor('other', '192.0.2.67').allocate())).toBe(0)
    lab.now += 1_000
    expect(flood()).toBe(10)
    expect(lab.server.stats().unansweredRequests).toBe(150)
  })

  it('[RL22] a packet from port 0 is dropped: no socket can answer it', () => {
    const lab = new TurnLab()
    const packet = turnRequest({ method: METHOD.binding })
    const nobody = { key: 'x', transport: 'udp', address: '192.0.2.1', port: 0 } as const
    expect(lab.server.receive(packet, nobody, lab.now)).toEqual([])
  })
})
