import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeChannelData } from '../../../signaling/relay/channel-data.ts'
import { startRelay } from '../../../signaling/relay/relay.ts'
import type { Relay, RelayOptions } from '../../../signaling/relay/relay.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readXorAddress,
} from '../../../signaling/relay/stun-attribute.ts'
import { METHOD, parseStun } from '../../../signaling/relay/stun-message.ts'
import type { StunMessage } from '../../../signaling/relay/stun-message.ts'
import { ip } from './turn-lab.ts'
import {
  attributeText,
  channelNumber,
  codeOf,
  peerAddress,
  REALM,
  SECRET,
  turnRequest,
  udpTransport,
  usernameOf,
} from './turn-request.ts'

const PUBLIC = '203.0.113.7'
const FUZZED_PACKETS = 20_000
/** Fuzzed packets between two questions, so that the socket's buffer never overflows. */
const BATCH = 200

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
    ...options,
  })
  opened.push(relay)
  return relay
}

async function socketTo(relay: Relay): Promise<Socket> {
  const socket = createSocket(relay.address.includes(':') ? 'udp6' : 'udp4')
  socket.connect(relay.port, relay.address)
  await once(socket, 'connect')
  opened.push(socket)
  return socket
}

async function nextPacket(socket: Socket): Promise<Buffer> {
  const received: unknown[] = await once(socket, 'message')
  return Buffer.isBuffer(received[0]) ? received[0] : Buffer.alloc(0)
}

async function ask(socket: Socket, packet: Buffer): Promise<StunMessage> {
  const answered = nextPacket(socket)
  socket.send(packet)
  const message = parseStun(await answered)
  if (message === null) throw new Error('not STUN')
  return message
}

async function nonceOf(socket: Socket): Promise<string> {
  const challenge = await ask(socket, turnRequest({ method: METHOD.allocate }))
  return attributeText(challenge, ATTRIBUTE.nonce)
}

describe('over a real socket', () => {
  it('[RL1] [RL17] 400 messages pass between two clients, in order, by channel', async () => {
    const relay = await relayOf()
    const sides = await Promise.all([guest(relay), guest(relay)])
    const [left, right] = sides
    for (const [side, other] of [sides, [right, left]] as const) {
      const transaction = randomBytes(12)
      const peer = peerAddress(ip(PUBLIC), other.relayedPort, transaction)
      const attributes = [channelNumber(0x4000), peer]
      const draft = { method: METHOD.channelBind, attributes, transaction, signer: side.signer }
      expect(codeOf(await ask(side.socket, turnRequest(draft)))).toBe(0)
    }
    for (let count = 0; count < 400; count++) {
      const data = randomBytes(1 + (count % 1200))
      const arriving = nextPacket(right.socket)
      left.socket.send(encodeChannelData(0x4000, data))
      expect((await arriving).subarray(4)).toEqual(data)
    }
    expect(relay.stats()).toMatchObject({ allocations: 2, relayedPackets: 400, unsentPackets: 0 })
  })

  it.each(['127.0.0.1', '::1', 'localhost'])('[RL6] answers on %s', async (host) => {
    const relay = await relayOf({ host })
    const socket = await socketTo(relay)
    const message = await ask(socket, turnRequest({ method: METHOD.binding }))
    const value = findAttribute(message.attributes, ATTRIBUTE.xorMappedAddress) ?? Buffer.alloc(0)
    expect(readXorAddress(value, message.transaction)?.port).toBe(socket.address().port)
  })

  it('[RL24] closes twice, and its port is free again at once', async () => {
    const relay = await relayOf()
    await Promise.all([relay.close(), relay.close()])
    await relay.close()
    const heir = await relayOf({ port: relay.port })
    expect(heir.port).toBe(relay.port)
  })

  it('[RL24] says so when the port is taken or the public address is a name', async () => {
    const relay = await relayOf()
    await expect(relayOf({ port: relay.port })).rejects.toThrow('EADDRINUSE')
    await expect(relayOf({ publicAddress: 'relay.example' })).rejects.toThrow('publicAddress')
  })
})

describe('hostile bytes', () => {
  const seed = Number(process.env.HAMSA_SEED ?? Date.now() % 1_000_000)

  it(`[RL23] ${FUZZED_PACKETS} mutated packets (seed ${seed}) break nothing and leave the tables as they were`, async () => {
    const relay = await relayOf({ limits: { challengesPerSecond: 1_000_000 } })
    const { socket, signer, relayedPort } = await guest(relay)
    const samples = samplesOf(signer, relayedPort)
    const random = mulberry32(seed)
    const prober = await socketTo(relay)
    for (let sent = 0; sent < FUZZED_PACKETS; sent += BATCH) {
      for (let count = 0; count < BATCH; count++) {
        const sample = samples[Math.floor(random() * samples.length)] ?? Buffer.alloc(0)
        socket.send(mutated(sample, random))
      }
      // The relay takes packets in turn: an answer means that the batch is through.
      await ask(prober, turnRequest({ method: METHOD.binding }))
    }
    const { allocations, malformedPackets } = relay.stats()
    expect(allocations).toBe(1)
    expect(malformedPackets).toBeGreaterThan(FUZZED_PACKETS / 10)
    const refresh = { method: METHOD.refresh, signer: { ...signer, nonce: await nonceOf(prober) } }
    expect(codeOf(await ask(prober, turnRequest(refresh)))).toBe(437)
  })
})

async function guest(relay: Relay) {
  const socket = await socketTo(relay)
  const signer = { username: usernameOf('guest', Date.now()), nonce: await nonceOf(socket) }
  const draft = { method: METHOD.allocate, attributes: [udpTransport], signer }
  const message = await ask(socket, turnRequest(draft))
  const value = findAttribute(message.attributes, ATTRIBUTE.xorRelayedAddress) ?? Buffer.alloc(0)
  const relayedPort = readXorAddress(value, message.transaction)?.port ?? 0
  return { socket, signer, relayedPort }
}

/** One good packet of each kind, for the mutations to start from. */
function samplesOf(signer: { username: string; nonce: string }, relayedPort: number): Buffer[] {
  const transaction = randomBytes(12)
  const peer = peerAddress(ip(PUBLIC), relayedPort, transaction)
  const { binding, allocate, createPermission, channelBind } = METHOD
  return [
    turnRequest({ method: binding, fingerprint: true }),
    turnRequest({ method: allocate, attributes: [udpTransport], signer }),
    turnRequest({ method: createPermission, attributes: [peer], transaction, signer }),
    turnRequest({
      method: channelBind,
      attributes: [channelNumber(0x4000), peer],
      transaction,
      signer,
    }),
    turnRequest({ method: METHOD.send, attributes: [peer], transaction }),
    encodeChannelData(0x4000, randomBytes(40)),
  ]
}

/** Flips bytes, cuts, stretches, or bends the lengths that parsers trust. */
function mutated(sample: Buffer, random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit)
  const packet = Buffer.from(sample)
  for (let flips = below(8); flips >= 0; flips--) packet[below(packet.length)] = below(256)
  const kind = below(5)
  if (kind === 0) return packet.subarray(0, below(packet.length))
  if (kind === 1) return Buffer.concat([packet, Buffer.alloc(below(1_000), below(256))])
  if (kind === 2) packet.writeUInt16BE(below(0x10000), 2)
  if (kind === 3 && packet.length > 24) packet.writeUInt16BE(below(0x10000), 22)
  return packet
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
