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

async function guest(relay: Relay) {
  const socket = await socketTo(relay)
  const signer = { username: usernameOf('guest', Date.now()), nonce: await nonceOf(socket) }
  const draft = { method: METHOD.allocate, attributes: [udpTransport], signer }
  const message = await ask(socket, turnRequest(draft))
  const value = findAttribute(message.attributes, ATTRIBUTE.xorRelayedAddress) ?? Buffer.alloc(0)
  const relayedPort = readXorAddress(value, message.transaction)?.port ?? 0
  return { socket, signer, relayedPort }
}
