import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { randomBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openTcpPort } from '../../../signaling/relay/tcp-port.ts'
import { makeTurnCredential } from '../../../signaling/relay/credentials.ts'
import { type Relay, startRelay } from '../../../signaling/relay/relay.ts'
import {
  ATTRIBUTE,
  writeErrorCode,
  writeXorAddress,
} from '../../../signaling/relay/stun-attribute.ts'
import { encodeStun, METHOD, parseStun } from '../../../signaling/relay/stun-message.ts'
import { type ProbeVerdict, proveRelay } from '../../../signaling/cli/turn-probe/prove-relay.ts'
import { parseTurnPlace } from '../../../signaling/cli/turn-probe/turn-place.ts'
import { findProgram } from '../../helpers/installed-program.ts'
import { makeAuthority } from '../relay/certificate-maker.ts'
import { REALM, SECRET } from '../relay/turn-request.ts'

const HOST = '127.0.0.1'
const authority = makeAuthority()
const pair = authority.issue()
const coturn = findProgram('turnserver')
/** A relay that says nothing costs a test no more than it wants. */
const PATIENCE_MS = 60_000

const credentialOf = (secret = SECRET) =>
  makeTurnCredential({ secret, id: 'doctor', now: Date.now(), lifetimeSeconds: 60 })

function prove(
  url: string,
  { secret = SECRET, signal = AbortSignal.timeout(PATIENCE_MS) } = {},
): Promise<ProbeVerdict> {
  const deps = { random: randomBytes, signal, ca: authority.ca }
  return proveRelay([url], credentialOf(secret), deps)
}

/** A UDP port that gives each packet to `answer`. */
async function openUdp(
  answer: (packet: Buffer, reply: (bytes: Uint8Array) => void) => void,
): Promise<{ readonly url: string; close(): void }> {
  const socket = createSocket('udp4')
  socket.bind(0, HOST)
  await once(socket, 'listening')
  socket.on('message', (packet, { port, address }) =>
    answer(packet, (bytes) => socket.send(bytes, port, address)),
  )
  const url = `turn:${HOST}:${socket.address().port}?transport=udp`
  return { url, close: () => void socket.close() }
}

/** Before the closed relay: loses what `isLost` says, of what clients send. */
async function openLossyWay(
  relayPort: number,
  isLost: (count: number) => boolean,
): Promise<{ readonly url: string; close(): void }> {
  const ways = new Map<
    string,
    { readonly socket: ReturnType<typeof createSocket>; count: number }
  >()
  const front = createSocket('udp4')
  front.bind(0, HOST)
  await once(front, 'listening')
  front.on('message', (packet, { port, address }) => {
    const known = ways.get(String(port))
    const way = known ?? { socket: createSocket('udp4'), count: 0 }
    if (known === undefined) {
      ways.set(String(port), way)
      way.socket.on('message', (answer) => front.send(answer, port, address))
    }
    if (!isLost(way.count++)) way.socket.send(packet, relayPort, HOST)
  })
  return {
    url: `turn:${HOST}:${front.address().port}?transport=udp`,
    close: () => {
      front.close()
      for (const { socket } of ways.values()) socket.close()
    },
  }
}

/** The answer that ends a question. */
function serverError(request: Uint8Array): Uint8Array {
  const message = parseStun(request)
  if (message === null) throw new Error('the prober has sent what is no STUN')
  return encodeStun({
    class: 'error',
    method: message.method,
    transaction: message.transaction,
    attributes: [{ type: ATTRIBUTE.errorCode, value: writeErrorCode(500, 'Server Error') }],
  })
}

describe('the proof of a relay', () => {
  let relay: Relay

  beforeAll(async () => {
    relay = await startRelay({
      host: HOST,
      port: 0,
      publicAddress: '203.0.113.7',
      secret: SECRET,
      realm: REALM,
      certificate: () => pair,
    })
  })
  afterAll(() => relay.close())

  it.each([
    'turn:127.0.0.1:PORT?transport=udp',
    'turn:127.0.0.1:PORT?transport=tcp',
    'turns:localhost:PORT',
  ])('[SG82] passes data both ways over %s, and gives back what it took', async (form) => {
    const before = relay.stats()
    const verdict = await prove(form.replace('PORT', String(relay.port)))
    expect(verdict).toMatchObject({
      type: 'proven',
      relayed: { ip: Buffer.of(203, 0, 113, 7) },
      mapped: { ip: Buffer.of(127, 0, 0, 1) },
    })
    const after = relay.stats()
    expect(after.allocations).toBe(0)
    expect(after.relayedPackets - before.relayedPackets).toBeGreaterThanOrEqual(2)
    expect(after.malformedPackets).toBe(before.malformedPackets)
  })

  it('[SG83] asks again when packets are lost', async () => {
    const way = await openLossyWay(relay.port, (count) => count % 2 === 0)
    expect((await prove(way.url)).type).toBe('proven')
    way.close()
  })

  it('[SG82] says which step was refused, and with which code', async () => {
    const url = `turn:${HOST}:${relay.port}?transport=udp`
    const reason = { type: 'refused', code: 401 }
    expect(await prove(url, { secret: 'some other secret' })).toEqual({
      type: 'failed',
      url,
      step: 'allocate',
      reason,
    })
  })

  it('[SG82] trusts a certificate only of an authority that is known', async () => {
    const url = `turns:${HOST}:${relay.port}`
    const deps = { random: randomBytes, signal: AbortSignal.timeout(PATIENCE_MS) }
    const verdict = await proveRelay([url], credentialOf(), { ...deps, ca: makeAuthority().ca })
    expect(verdict).toMatchObject({ step: 'connect', reason: { type: 'unreachable' } })
    expect((await prove(url)).type).toBe('proven')
  })

  it.each(['udp', 'tcp'])('[SG82] says so when nobody listens over %s', async (transport) => {
    const gone = await startRelay({
      host: HOST,
      port: 0,
      publicAddress: HOST,
      secret: SECRET,
      realm: REALM,
    })
    await gone.close()
    const verdict = await prove(`turn:${HOST}:${gone.port}?transport=${transport}`)
    expect(verdict).toMatchObject({ reason: { type: 'unreachable', code: 'ECONNREFUSED' } })
  })

  it('[SG83] asks a relay that says nothing again, and ends with its time', async () => {
    const time = new AbortController()
    let packets = 0
    const silent = await openUdp(() => {
      if (++packets === 3) time.abort()
    })
    expect(await prove(silent.url, time)).toMatchObject({
      step: 'binding',
      reason: { type: 'silent' },
    })
    silent.close()
  })

  it('[SG83] ends with its time over TCP and TLS, too', async () => {
    for (const scheme of ['turn:HOST?transport=tcp', 'turns:HOST']) {
      const time = new AbortController()
      const silent = createServer((socket) => {
        socket.on('error', () => socket.destroy())
        socket.once('data', () => time.abort())
      })
      silent.listen(0, HOST)
      await once(silent, 'listening')
      const address = silent.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const verdict = await prove(scheme.replace('HOST', `${HOST}:${port}`), time)
      expect(verdict).toMatchObject({ type: 'failed', reason: { type: 'silent' } })
      silent.close()
    }
  })

  it('[SG83] lets no garbage pass for an answer, nor end the asking over UDP', async () => {
    let garbage: (request: Buffer) => Uint8Array = () => new Uint8Array()
    const server = await openUdp((packet, reply) => {
      reply(garbage(packet))
      reply(serverError(packet))
    })
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.boolean(),
        fc.array(fc.tuple(fc.nat({ max: 63 }), fc.nat({ max: 255 })), { maxLength: 4 }),
        async (bytes, isLikeAnswer, changes) => {
          garbage = (request) => {
            if (!isLikeAnswer) return bytes
            const answer = Buffer.from(request)
            answer[0] = 0x01 // a success, with whatever follows
            for (const [index, value] of changes) if (index < answer.length) answer[index] = value
            return answer
          }
          const verdict = await prove(server.url)
          expect(verdict.type).toBe('failed')
          if (!isLikeAnswer) {
            expect(verdict).toMatchObject({ step: 'binding', reason: { code: 500 } })
          }
        },
      ),
    )
    server.close()
  })

  it('[SG83] believes no unsigned answer to a signed question', async () => {
    const time = new AbortController()
    let last = ''
    const forger = await openUdp((packet, reply) => {
      const request = parseStun(packet)
      if (request === null) throw new Error('the prober has sent what is no STUN')
      const { method, transaction } = request
      const isChallenged = method === METHOD.allocate && request.integrity === null
      const value = writeXorAddress({ ip: Uint8Array.of(203, 0, 113, 7), port: 5000 }, transaction)
      const attributes = isChallenged
        ? [
            { type: ATTRIBUTE.errorCode, value: writeErrorCode(401, 'Unauthorized') },
            { type: ATTRIBUTE.realm, value: Buffer.from(REALM) },
            { type: ATTRIBUTE.nonce, value: Buffer.from('nonce') },
          ]
        : [
            { type: ATTRIBUTE.xorMappedAddress, value },
            { type: ATTRIBUTE.xorRelayedAddress, value },
          ]
      reply(
        encodeStun({ class: isChallenged ? 'error' : 'success', method, transaction, attributes }),
      )
      // Asked again: it was not believed. Asked for more: it was.
      const id = Buffer.from(transaction).toString('hex')
      if (id === last || method === METHOD.createPermission) time.abort()
      last = id
    })
    const verdict = await prove(forger.url, time)
    expect(verdict).toMatchObject({ step: 'allocate', reason: { type: 'silent' } })
    forger.close()
  })

  it('[SG83] ends at once over TCP when what comes cannot be TURN', async () => {
    let garbage: Uint8Array = new Uint8Array()
    const port = await openTcpPort(HOST, 0, (socket) => {
      socket.on('error', () => socket.destroy())
      socket.once('data', () => socket.end(garbage))
    })
    const url = `turn:${HOST}:${port.port}?transport=tcp`
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        garbage = bytes
        const verdict = await prove(url)
        expect(verdict).toMatchObject({ type: 'failed', step: 'binding' })
      }),
    )
    await port.close()
  })

  it.skipIf(coturn === null)(
    '[SG82] finds a relay that reaches its own computer (skipped where coturn is not installed)',
    async () => {
      const free = await openTcpPort(HOST, 0, () => undefined)
      await free.close()
      const flags = `-n --no-cli --no-tls --no-dtls --lt-cred-mech --use-auth-secret --allow-loopback-peers --log-file=stdout --pidfile=/dev/null`
      const child = spawn(
        coturn ?? '',
        [
          ...flags.split(' '),
          `--static-auth-secret=${SECRET}`,
          `--realm=${REALM}`,
          `--listening-ip=${HOST}`,
          `--relay-ip=${HOST}`,
          `--listening-port=${free.port}`,
        ],
        { stdio: 'ignore' },
      )
      const ended = once(child, 'close')
      onTestFinished(() => void child.kill('SIGKILL'))
      const url = `turn:${HOST}:${free.port}?transport=udp`
      await expect
        .poll(() => prove(url), { timeout: 20_000 }) // until it listens
        .toMatchObject({ step: 'closedness', reason: { type: 'open' } })
      child.kill('SIGKILL')
      await ended
    },
  )

  it('[SG82] reads TURN URLs as browsers do, and nothing else', () => {
    expect(parseTurnPlace('turn:relay.example')).toEqual({
      transport: 'udp',
      host: 'relay.example',
      port: 3478,
    })
    expect(parseTurnPlace('turns:[2001:db8::1]:443?transport=tcp')).toEqual({
      transport: 'tls',
      host: '2001:db8::1',
      port: 443,
    })
    const wrong = [
      '',
      'turn:',
      'stun:a',
      'turns:a?transport=udp',
      'turn:a:0',
      'turn:a:65536',
      'turn:[::g]',
    ]
    for (const url of wrong) expect(parseTurnPlace(url)).toBeNull()
    fc.assert(
      fc.property(fc.string(), (text) => {
        const place = parseTurnPlace(`turn:${text}`)
        expect(place === null || (place.host !== '' && place.port > 0)).toBe(true)
      }),
    )
  })
})
