import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeChannelData } from '../../../signaling/relay/channel-data.ts'
import { METHOD, parseStun } from '../../../signaling/relay/stun-message.ts'
import { chosenSeed, seededRandom } from '../../helpers/seeded-random.ts'
import { startNodeProcess } from '../../node/node-process.ts'
import type { NodeProcess } from '../../node/node-process.ts'
import { ip } from './turn-lab.ts'
import { channelNumber, peerAddress, turnRequest, udpTransport } from './turn-request.ts'
import { openTcpWire, openUdpWire, PUBLIC, WireGuest } from './turn-wire.ts'
import type { Wire } from './turn-wire.ts'

/** A busy machine takes its time. */
const WAIT = { timeout: 30_000 }

/** CHECK 21's figure with HAMSA_LONG=1; else what a run of all tests has time for. */
const PACKETS = process.env.HAMSA_LONG === '1' ? 200_000 : 20_000
/** Before memory is looked at for the first time: buffers grow and code is compiled. */
const WARM_UP_PACKETS = 5_000
/** Few enough for the smallest socket buffer of a system. */
const BATCH = 100
/** Of the packets over TCP, those that may end their connection; the others are bent behind their header. */
const WILD_SHARE = 0.01
/**
 * What is held after a collection may grow by this: 40 bytes a packet of the long run would exceed it.
 * Sockets that are being closed and the collector's own tables are within.
 */
const MAX_HELD_GROWTH = 8 * 1024 * 1024
/** V8 takes up to three times 16 MiB for young objects when work comes, whatever is held. */
const MAX_RSS_GROWTH = 96 * 1024 * 1024
const RESEND_MS = 1_000

const seed = chosenSeed()

describe(`[RL23] ${PACKETS} mutated packets (seed ${seed})`, () => {
  let relay: NodeProcess
  let port: number
  const opened: Wire[] = []

  beforeEach(async () => {
    relay = await startNodeProcess('../signaling/relay/relay-process.ts', [])
    port = Number(await relay.call('port', []))
  })
  afterEach(async () => {
    for (const wire of opened.splice(0)) wire.close()
    await relay.end()
  })

  async function open(kind: 'udp' | 'tcp'): Promise<Wire> {
    const wire = await (kind === 'udp' ? openUdpWire(port) : openTcpWire(port))
    opened.push(wire)
    return wire
  }

  const fuzzOver = {
    async udp(samples: readonly Buffer[], random: () => number, packets: number): Promise<void> {
      const [wire, prober] = [await open('udp'), await open('udp')]
      for (let sent = 0; sent < packets; sent += BATCH) {
        for (let count = 0; count < BATCH; count++)
          wire.send(mutated(pick(samples, random), random))
        await ping(prober) // packets are taken in turn: the batch is through
      }
    },
    async tcp(samples: readonly Buffer[], random: () => number, packets: number): Promise<void> {
      for (let sent = 0; sent < packets; sent += BATCH) {
        const wire = await open('tcp')
        const batch = Array.from({ length: BATCH }, () => {
          const sample = pick(samples, random)
          return random() < WILD_SHARE ? mutated(sample, random) : bent(sample, random)
        })
        const bytes = Buffer.concat(batch)
        for (let at = 0; at < bytes.length;) {
          const end = at + 1 + Math.floor(random() * 3_000)
          wire.send(bytes.subarray(at, end))
          at = end
        }
        // The relay reads to the end and closes then, or has cut it before.
        wire.socket?.end()
        await wire.cut
        for (const each of opened.splice(0)) each.close()
      }
    },
  }

  it.each(['udp', 'tcp'] as const)(
    'over %s break nothing, leave the tables as they were, and no memory grows',
    async (kind) => {
      const random = seededRandom(seed)
      const guest = await WireGuest.arrive(await openUdpWire(port))
      const samples = samplesOf(guest)
      await fuzzOver[kind](samples, random, WARM_UP_PACKETS)
      const before = await memoryOf(relay)
      await fuzzOver[kind](samples, random, PACKETS)
      const after = await memoryOf(relay)
      process.stdout.write(
        `${PACKETS} mutated packets over ${kind}: held ${mib(after.held - before.held)}, resident ${mib(after.rss - before.rss)} more\n`,
      )
      expect(after.held - before.held).toBeLessThan(MAX_HELD_GROWTH)
      expect(after.rss - before.rss).toBeLessThan(MAX_RSS_GROWTH)
      await ping(guest.wire)
      await expect
        .poll(() => relay.call('stats', []), WAIT)
        .toMatchObject({
          allocations: 1,
          relayedPackets: 0,
          connections: 0,
        })
      const { malformedPackets } = await statsOf(relay)
      expect(malformedPackets).toBeGreaterThan(PACKETS / 10)
      guest.wire.close()
    },
  )
})

async function memoryOf(relay: NodeProcess): Promise<{ rss: number; held: number }> {
  const memory: unknown = await relay.call('memory', [])
  return { rss: numberIn(memory, 'rss'), held: numberIn(memory, 'held') }
}

async function statsOf(relay: NodeProcess): Promise<{ malformedPackets: number }> {
  return { malformedPackets: numberIn(await relay.call('stats', []), 'malformedPackets') }
}

function numberIn(value: unknown, name: string): number {
  const field: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  if (typeof field !== 'number') throw new Error(`no ${name}`)
  return field
}

function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** Resolves with the answer to a Binding, asked again until it comes. */
async function ping(wire: Wire): Promise<void> {
  const transaction = randomBytes(12)
  const packet = turnRequest({ method: METHOD.binding, transaction })
  const timer = setInterval(() => wire.send(packet), RESEND_MS)
  try {
    wire.send(packet)
    for (;;) {
      const answer = parseStun(await wire.next())
      if (answer !== null && transaction.equals(answer.transaction)) return
    }
  } finally {
    clearInterval(timer)
  }
}

/** One good packet of each kind, for the mutations to start from. */
function samplesOf({ signer, relayedPort }: WireGuest): Buffer[] {
  const transaction = randomBytes(12)
  const peer = peerAddress(ip(PUBLIC), relayedPort, transaction)
  const { binding, allocate, refresh, createPermission, channelBind, send } = METHOD
  const bind = [channelNumber(0x4000), peer]
  return [
    turnRequest({ method: binding, fingerprint: true }),
    turnRequest({ method: allocate, attributes: [udpTransport], signer }),
    turnRequest({ method: refresh, signer }),
    turnRequest({ method: createPermission, attributes: [peer], transaction, signer }),
    turnRequest({ method: channelBind, attributes: bind, transaction, signer }),
    turnRequest({ method: send, attributes: [peer], transaction }),
    encodeChannelData(0x4000, randomBytes(40)),
  ]
}

function pick(samples: readonly Buffer[], random: () => number): Buffer {
  return samples[Math.floor(random() * samples.length)] ?? Buffer.alloc(0)
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

/** Flips bytes behind type, length and cookie, so that the next message is still found on a stream. */
function bent(sample: Buffer, random: () => number): Buffer {
  const packet = Buffer.from(sample)
  for (let flips = 1 + Math.floor(random() * 8); flips > 0; flips--) {
    packet[8 + Math.floor(random() * (packet.length - 8))] = Math.floor(random() * 256)
  }
  return packet
}
