import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { once } from 'node:events'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeChannelData } from '../../../signaling/relay/channel-data.ts'
import type { CertificatePair } from '../../../signaling/relay/door.ts'
import { DEFAULT_LIMITS } from '../../../signaling/relay/limits.ts'
import { startRelay } from '../../../signaling/relay/relay.ts'
import type { Relay, RelayOptions } from '../../../signaling/relay/relay.ts'
import { METHOD } from '../../../signaling/relay/stun-message.ts'
import { makeAuthority } from './certificate-maker.ts'
import { codeOf, lifetime, REALM, SECRET, turnRequest } from './turn-request.ts'
import { askOver, openTcpWire, openTlsWire, openUdpWire, PUBLIC, WireGuest } from './turn-wire.ts'
import type { Wire } from './turn-wire.ts'

/** A busy machine takes its time. */
const WAIT = { timeout: 30_000 }

const authority = makeAuthority()
const pair = authority.issue()

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close()
})

async function relayOf(options: Partial<RelayOptions> = {}): Promise<Relay> {
  const relay = await startRelay({
    host: '127.0.0.1',
    port: 0,
    publicAddress: PUBLIC,
    secret: SECRET,
    realm: REALM,
    certificate: () => pair,
    ...options,
  })
  opened.push(relay)
  return relay
}

const WIRES = { udp: openUdpWire, tcp: openTcpWire, tls: tlsWire } as const

function tlsWire(port: number): Promise<Wire> {
  return openTlsWire(port, authority.ca)
}

async function wireTo(relay: Relay, kind: keyof typeof WIRES): Promise<Wire> {
  const wire = await WIRES[kind](relay.port)
  opened.push(wire)
  return wire
}

/** Two clients with a channel to each other, each over its own kind of wire. */
async function pairOf(relay: Relay, kinds: readonly [keyof typeof WIRES, keyof typeof WIRES]) {
  const left = await WireGuest.arrive(await wireTo(relay, kinds[0]))
  const right = await WireGuest.arrive(await wireTo(relay, kinds[1]))
  expect(await left.bind(0x4000, right)).toBe(0)
  expect(await right.bind(0x4001, left)).toBe(0)
  return { left, right }
}

const answers = async (wire: Wire): Promise<boolean> =>
  codeOf(await askOver(wire, turnRequest({ method: METHOD.binding }))) === 0

/*
 * What ends by time is driven by the relay's own clock, which the test turns; only the first byte is
 * waited for by a timer.
 */
describe('over TCP and TLS', () => {
  it.each([
    ['tcp', 'udp'],
    ['udp', 'tcp'],
    ['tcp', 'tcp'],
    ['tls', 'udp'],
    ['udp', 'tls'],
    ['tls', 'tcp'],
  ] as const)('[RL28] what %s sends reaches %s whole and in order', async (from, to) => {
    const { left, right } = await pairOf(await relayOf(), [from, to])
    for (let count = 0; count < 100; count++) {
      const data = randomBytes(count < 8 ? count : 1 + ((count * 37) % 1_400))
      left.say(0x4000, data)
      const packet = await right.wire.next()
      expect(packet.length).toBe(4 + data.length + (to === 'udp' ? 0 : -data.length & 3))
      expect(packet.subarray(0, 4 + data.length)).toEqual(encodeChannelData(0x4001, data))
    }
  })

  it('[RL28] ten thousand messages in one stream, cut anywhere, arrive whole and in order', async () => {
    const { left, right } = await pairOf(await relayOf(), ['tcp', 'tcp'])
    const messages = Array.from({ length: 10_000 }, (_, index) => {
      const packet = encodeChannelData(0x4000, Buffer.alloc(20 + (index % 50), index))
      return Buffer.concat([packet, Buffer.alloc(-packet.length & 3)])
    })
    const stream = Buffer.concat(messages)
    const arriving = (async () => {
      for (const message of messages) {
        const packet = await right.wire.next()
        if (!packet.subarray(4).equals(message.subarray(4))) return false
      }
      return true
    })()
    for (let at = 0; at < stream.length; at += 977) left.wire.send(stream.subarray(at, at + 977))
    expect(await arriving).toBe(true)
  })

  it.each(['tcp', 'tls'] as const)('[RL28] cuts off what cannot be TURN, over %s', async (kind) => {
    const relay = await relayOf()
    const { left, right } = await pairOf(relay, [kind, 'udp'])
    right.wire.send(turnRequest({ method: METHOD.binding }))
    left.wire.send(Buffer.of(0x40, 0x00, 0xff, 0xff))
    await left.wire.cut
    await expect.poll(() => relay.stats(), WAIT).toMatchObject({ allocations: 1, connections: 0 })
  })

  it('[RL29] cuts off a message that does not become whole, and not one that does', async () => {
    const clock = { now: Date.now() }
    const relay = await relayOf({ limits: { sweepMs: 20 }, now: () => clock.now })
    const [slow, honest] = [await wireTo(relay, 'tcp'), await wireTo(relay, 'tcp')]
    await WireGuest.arrive(slow)
    await WireGuest.arrive(honest)
    slow.send(turnRequest({ method: METHOD.binding }).subarray(0, 10))
    const later = setInterval(() => (clock.now += DEFAULT_LIMITS.frameMs), 50)
    await slow.cut
    clearInterval(later)
    expect(await answers(honest)).toBe(true)
  })

  it('[RL29] cuts off who has no allocation, and who has one no more', async () => {
    const clock = { now: Date.now() }
    const relay = await relayOf({ limits: { sweepMs: 20 }, now: () => clock.now })
    const guest = await WireGuest.arrive(await wireTo(relay, 'tcp'))
    const stranger = await wireTo(relay, 'tls')
    expect(await answers(stranger)).toBe(true)
    clock.now += DEFAULT_LIMITS.withoutAllocationMs
    await stranger.cut
    expect(await answers(guest.wire)).toBe(true)
    const { signer } = guest
    const end = { method: METHOD.refresh, attributes: [lifetime(0)], signer }
    expect(codeOf(await askOver(guest.wire, turnRequest(end)))).toBe(0)
    const later = setInterval(() => (clock.now += DEFAULT_LIMITS.withoutAllocationMs), 50)
    await guest.wire.cut
    clearInterval(later)
    await expect.poll(() => relay.stats().connections, WAIT).toBe(0)
  })

  it.each([
    ['says nothing', Buffer.alloc(0)],
    ['begins a TLS handshake and says no more', Buffer.of(0x16, 3, 1)],
  ])('[RL29] cuts off who %s', async (_name, bytes) => {
    const relay = await relayOf({ limits: { firstByteMs: 200 } })
    const wire = await wireTo(relay, 'tcp')
    if (bytes.length > 0) wire.send(bytes)
    await wire.cut
  })

  it('[RL29] an end of the connection is an end of the allocation, with its quota', async () => {
    const relay = await relayOf({ limits: { allocationsPerUser: 1 } })
    const first = await wireTo(relay, 'tcp')
    await WireGuest.arrive(first)
    await expect(WireGuest.arrive(await wireTo(relay, 'tcp'))).rejects.toThrow('486')
    first.close()
    await expect.poll(() => relay.stats().allocations, WAIT).toBe(0)
    await WireGuest.arrive(await wireTo(relay, 'tcp'))
  })

  it('[RL31] what a slow reader leaves is dropped beyond the bound, and it hears again when it reads', async () => {
    const limits = { queuedBytesPerConnection: 65_536, bytesPerSecond: 1e9, burstBytes: 1e9 }
    const relay = await relayOf({ limits })
    const { left, right } = await pairOf(relay, ['tcp', 'tcp'])
    right.wire.socket?.pause()
    const data = Buffer.alloc(1_020)
    let sent = 0
    await expect
      .poll(
        async () => {
          for (let count = 0; count < 2_000; count++, sent++) left.say(0x4000, data)
          expect(await answers(left.wire)).toBe(true) // all of it is through
          return relay.stats().unsentPackets
        },
        { interval: 1, timeout: 60_000 },
      )
      .toBeGreaterThan(1_000)
    right.wire.socket?.resume()
    const dropped = relay.stats().unsentPackets
    for (let count = dropped; count < sent; count++) await right.wire.next()
    left.say(0x4000, Buffer.from('after'))
    expect((await right.wire.next()).subarray(4, 9).toString()).toBe('after')
  })

  it('[RL31] slow readers have one bound together', async () => {
    const limits = { queuedBytes: 1_000 }
    const { left, right } = await pairOf(await relayOf({ limits }), ['tcp', 'tcp'])
    left.say(0x4000, Buffer.alloc(1_001))
    left.say(0x4000, Buffer.from('fits'))
    expect((await right.wire.next()).subarray(4, 8).toString()).toBe('fits')
  })

  it('[RL32] has room for so many connections, in all and from one address', async () => {
    for (const limits of [{ connections: 2 }, { connectionsPerAddress: 2 }]) {
      const relay = await relayOf({ limits })
      const wires = [await wireTo(relay, 'tcp'), await wireTo(relay, 'tls')]
      for (const wire of wires) expect(await answers(wire)).toBe(true)
      const third = await wireTo(relay, 'tcp')
      third.send(turnRequest({ method: METHOD.binding }))
      await third.cut
      wires[0]?.close()
      await expect.poll(() => relay.stats().connections, WAIT).toBe(1)
      expect(await answers(await wireTo(relay, 'tcp'))).toBe(true)
    }
  })

  it('[RL30] cuts off HTTP, and TLS where there is no certificate', async () => {
    const relay = await relayOf({ certificate: () => null })
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', Buffer.of(0x16, 3, 1, 0, 5)]) {
      const wire = await wireTo(relay, 'tcp')
      wire.send(Buffer.from(bytes))
      await wire.cut
    }
    expect(relay.stats().connections).toBe(0)
  })

  it('[RL30] a port of its own for TLS takes the same', async () => {
    const relay = await relayOf({ tlsPort: 0 })
    const wire = await tlsWire(relay.tlsPort)
    opened.push(wire)
    expect(relay.tlsPort).not.toBe(relay.port)
    expect(await answers(wire)).toBe(true)
  })

  it('[RL34] who comes over IPv6 and TCP reaches who comes over IPv4 and UDP', async () => {
    const relay = await relayOf({ host: '::', publicAddress: [PUBLIC, '2001:db8::7'] })
    const wires = [await openTcpWire(relay.port, '::1'), await openUdpWire(relay.port)] as const
    opened.push(...wires)
    const [left, right] = [await WireGuest.arrive(wires[0]), await WireGuest.arrive(wires[1])]
    expect(await left.bind(0x4000, right)).toBe(0)
    expect(await right.bind(0x4001, left)).toBe(0)
    left.say(0x4000, Buffer.from('hello'))
    expect(await right.wire.next()).toEqual(encodeChannelData(0x4001, Buffer.from('hello')))
  })

  it('[RL33] a renewed certificate is shown to the next one, and nobody is cut off', async () => {
    let current: CertificatePair = pair
    const relay = await relayOf({ certificate: () => current })
    const before = await WireGuest.arrive(await wireTo(relay, 'tls'))
    current = authority.issue()
    const shown = await certificateAt(relay.port)
    expect(shown).toContain(serialOf(current))
    expect(shown).not.toContain(serialOf(pair))
    expect(await answers(before.wire)).toBe(true)
  })

  it('[RL24] closing cuts every connection, at whatever point it is', async () => {
    const relay = await relayOf()
    const wires = [
      await wireTo(relay, 'tcp'),
      await wireTo(relay, 'tls'),
      await wireTo(relay, 'tcp'),
    ]
    await WireGuest.arrive(wires[0] ?? (await wireTo(relay, 'tcp')))
    const half = connect({ port: relay.port, host: '127.0.0.1' })
    await once(half, 'connect')
    half.write(Buffer.of(0x16, 3))
    half.on('error', () => undefined) // a reset: `close` follows
    const halfCut = new Promise((resolve) => half.once('close', resolve))
    await relay.close()
    await Promise.all([halfCut, ...wires.map(({ cut }) => cut)])
  })
})

/** Base64 of the certificate that is shown, without line ends. */
async function certificateAt(port: number): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', ca: authority.ca })
  await once(socket, 'secureConnect')
  expect(socket).toBeInstanceOf(TLSSocket)
  const { raw } = socket.getPeerCertificate()
  socket.destroy()
  return raw.toString('base64')
}

/** The certificate's own base64, without its PEM lines. */
function serialOf({ cert }: CertificatePair): string {
  return cert.replace(/-----[A-Z ]+-----|\n/gu, '')
}
