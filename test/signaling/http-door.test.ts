import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get as getPlain } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { randomBytes } from '@hamsa/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { makeLogger } from '../../signaling/logger.ts'
import { METHOD } from '../../signaling/relay/stun-message.ts'
import { type Service, startService } from '../../signaling/service.ts'
import { readSettings } from '../../signaling/settings.ts'
import { makeAuthority } from './relay/certificate-maker.ts'
import { codeOf, turnRequest } from './relay/turn-request.ts'
import { askOver, openTcpWire, openTlsWire } from './relay/turn-wire.ts'

/** A busy machine takes its time. */
const WAIT = { timeout: 30_000 }

const authority = makeAuthority()
const { ca } = authority

type Running = Service & { readonly port: number; readonly tls: boolean }

async function start(folder: string, env: Record<string, string>): Promise<Running> {
  const base = { PORT: '0', RELAY_PORT: '0', DATA_DIR: join(folder, 'data'), ...env }
  const result = readSettings(base)
  if ('problems' in result) throw new Error(result.problems.join('\n'))
  const service = await startService(
    result.settings,
    { clientDir: folder, version: 'test' },
    {
      now: () => Date.now(),
      monotonicNow: () => performance.now(),
      random: randomBytes,
      logger: makeLogger('silent', { write: () => undefined }),
    },
  )
  const { port, protocol } = new URL(service.deskUrl)
  return { ...service, port: Number(port), tls: protocol === 'https:' }
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.on('response', resolve).on('error', reject))
}

const binding = (): Buffer => turnRequest({ method: METHOD.binding })

describe('one port for pages, sockets and relay', () => {
  let folder: string
  let plain: Running
  let secure: Running

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hamsa-door-'))
    const { cert, key } = authority.issue()
    await writeFile(join(folder, 'chain.pem'), cert)
    await writeFile(join(folder, 'key.pem'), key)
    const tls = { TLS_CERT: join(folder, 'chain.pem'), TLS_KEY: join(folder, 'key.pem') }
    plain = await start(folder, {})
    secure = await start(folder, tls)
  })
  afterAll(async () => {
    await plain.close()
    await secure.close()
    await rm(folder, { recursive: true })
  })

  const healthOf = async ({ port, tls }: Running): Promise<string> => {
    const url = `127.0.0.1:${port}/healthz`
    const request = tls ? getSecure(`https://${url}`, { ca }) : getPlain(`http://${url}`)
    return textOf(await answerOf(request))
  }

  it.each([false, true])(
    '[RL30] [SG57] HTTP, a WebSocket and TURN, over TLS: %s',
    async (overTls) => {
      const service = overTls ? secure : plain
      expect(service.tls).toBe(overTls)
      expect(await healthOf(service)).toBe('{"status":"ok"}')

      const socket = new WebSocket(
        `${overTls ? 'wss' : 'ws'}://127.0.0.1:${service.port}/signal`,
        overTls ? { ca } : {},
      )
      await once(socket, 'open')
      socket.send('{"type":"ping"}')
      const pong = await new Promise((resolve) =>
        socket.on('message', (data: Buffer) => resolve(data.toString())),
      )
      expect(pong).toBe('{"type":"pong"}')
      socket.terminate()

      const wire = overTls ? await openTlsWire(service.port, ca) : await openTcpWire(service.port)
      expect(codeOf(await askOver(wire, binding()))).toBe(0)
      wire.close()
    },
  )

  it('[SG57] headers that come byte by byte are whole', async () => {
    const socket = connect({ port: plain.port, host: '127.0.0.1' })
    socket.setNoDelay()
    let answer = ''
    socket.on('data', (part: Buffer) => (answer += part.toString()))
    for (const letter of 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n') {
      await new Promise((resolve) => socket.write(letter, resolve))
    }
    await once(socket, 'close')
    expect(answer).toContain('200 OK')
    expect(answer).toContain('{"status":"ok"}')
  })

  it('[SG57] several requests in one connection are answered in turn', async () => {
    const socket = connect({ port: plain.port, host: '127.0.0.1' })
    let answer = ''
    socket.on('data', (part: Buffer) => (answer += part.toString()))
    const one = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
    socket.write(one.repeat(3))
    await expect.poll(() => answer.split('200 OK').length - 1, WAIT).toBe(3)
    socket.destroy()
  })

  it('[SG58] where there is TLS, plain HTTP gets the https address and no page, no socket', async () => {
    const path = '/desk?lang=en'
    const response = await answerOf(getPlain(`http://127.0.0.1:${secure.port}${path}`))
    expect(response.statusCode).toBe(308)
    expect(response.headers.location).toBe(`https://127.0.0.1:${secure.port}${path}`)
    const headers = { Host: 'evil.example/<script>' }
    const forged = getPlain(`http://127.0.0.1:${secure.port}/`, { headers })
    expect((await answerOf(forged)).statusCode).toBe(400)
    const socket = new WebSocket(`ws://127.0.0.1:${secure.port}/signal`)
    const error = await new Promise((resolve) => socket.on('error', resolve))
    expect(String(error)).toContain('426')
  })

  it('[SG40] /ice lists UDP, TCP, then TLS', async () => {
    const iceOf = async ({ port, tls }: Running): Promise<string> => {
      const url = `127.0.0.1:${port}/ice`
      return textOf(
        await answerOf(tls ? getSecure(`https://${url}`, { ca }) : getPlain(`http://${url}`)),
      )
    }
    const urls =
      /"urls":\["turn:127\.0\.0\.1:(\d+)\?transport=udp","turn:127\.0\.0\.1:\1\?transport=tcp"(,"turns:127\.0\.0\.1:\d+\?transport=tcp")?\]/u
    expect(urls.exec(await iceOf(plain))?.[2]).toBeUndefined()
    expect(urls.exec(await iceOf(secure))?.[2]).toBeDefined()
  })

  it('[SG50] closing ends TURN connections, too', async () => {
    const service = await start(folder, {})
    const wire = await openTcpWire(service.port)
    expect(codeOf(await askOver(wire, binding()))).toBe(0)
    const silent = await openTcpWire(service.port)
    await service.close()
    await Promise.all([wire.cut, silent.cut])
  })

  it('[RL30] with RELAY=off a TURN connection is cut and pages go on', async () => {
    const service = await start(folder, { RELAY: 'off' })
    const wire = await openTcpWire(service.port)
    wire.send(binding())
    await wire.cut
    expect(await healthOf(service)).toBe('{"status":"ok"}')
    await service.close()
  })
})
