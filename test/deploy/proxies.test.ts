import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { freePort } from '../helpers/free-port.ts'
import { findProgram } from '../helpers/installed-program.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { areInstalled, ExampleFolder, NAME, readExample, withReplaced } from './example.ts'

/** As browsers say it, for pages and for WebSockets. */
const ALPNProtocols = ['http/1.1']

/** Starts a proxy by its example, in front of these ports; resolves with the port that it listens on. */
type StartProxy = (folder: ExampleFolder, service: number, relay: number) => Promise<number>

const caddy: StartProxy = async (folder, service) => {
  const port = await freePort()
  const text = withReplaced(await readExample('Caddyfile'), [
    ['admin off', 'admin off\n\tauto_https disable_redirects'],
    [
      '{$PUBLIC_HOST:chat.example.com} {',
      `https://${NAME}:${port} {\n\ttls ${folder.file('certificate.pem')} ${folder.file('key.pem')}`,
    ],
    ['127.0.0.1:8080', `127.0.0.1:${service}`],
  ])
  await folder.write('Caddyfile', text)
  const args = ['run', '--config', folder.file('Caddyfile'), '--adapter', 'caddyfile']
  await folder.run(findProgram('caddy') ?? '', args, port)
  return port
}

const nginx: StartProxy = async (folder, service) => {
  const [port, plainPort] = [await freePort(), await freePort()]
  const text = withReplaced(await readExample('nginx.conf'), [
    ['listen [::]:80;', ''], // not every machine of tests has IPv6
    ['listen [::]:443 ssl http2;', ''],
    ['listen 80;', `listen 127.0.0.1:${plainPort};`],
    ['listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`],
    ['/run/nginx.pid', folder.file('nginx.pid')],
    [`/etc/letsencrypt/live/${NAME}/fullchain.pem`, folder.file('certificate.pem')],
    [`/etc/letsencrypt/live/${NAME}/privkey.pem`, folder.file('key.pem')],
    ['127.0.0.1:8080', `127.0.0.1:${service}`],
  ])
  await folder.write('nginx.conf', text)
  const args = ['-c', folder.file('nginx.conf'), '-p', folder.path, '-g', 'daemon off;']
  await folder.run(findProgram('nginx') ?? '', [...args, '-e', 'stderr'], port)
  return port
}

const haproxy: StartProxy = async (folder, service, relay) => {
  const port = await freePort()
  const id = randomUUID()
  const text = withReplaced(await readExample('haproxy.cfg'), [
    ['maxconn 20000', 'maxconn 100'], // what this machine's limit of open files allows
    ['bind :::443 v4v6', `bind 127.0.0.1:${port}`],
    ['abns@hamsa-', `abns@${id}-`],
    [`/etc/haproxy/${NAME}.pem`, folder.file('both.pem')],
    ['127.0.0.1:8080', `127.0.0.1:${service}`],
    ['127.0.0.1:3478', `127.0.0.1:${relay}`],
  ])
  await folder.write('haproxy.cfg', text)
  await folder.run(findProgram('haproxy') ?? '', ['-db', '-f', folder.file('haproxy.cfg')], port)
  return port
}

describe.each([
  ['caddy', caddy],
  ['nginx', nginx],
  ['haproxy', haproxy],
] as const)('the example for %s', (program, start) => {
  describe.skipIf(!areInstalled(program))(`(skipped where it is not installed)`, () => {
    let folder: ExampleFolder
    let service: TestServer
    let stops: (() => Promise<unknown>)[]

    beforeEach(async () => {
      service = await startTestServer()
      folder = await ExampleFolder.make()
      stops = [() => folder.remove(), () => service.close()]
    })
    afterEach(async () => {
      for (const stop of stops) await stop()
    })

    it('serves the pages over https, as they are', async () => {
      const port = await start(folder, service.port, service.relayPort)
      const { status, headers, body } = await get(folder, port, '/desk')
      expect(status).toBe(200)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers.server ?? '').not.toMatch(/\d/)
      expect(body).toBe(await (await fetch(`${service.origin}/desk`)).text())
    })

    it('lets a WebSocket through, and it stays', async () => {
      const port = await start(folder, service.port, service.relayPort)
      const url = `wss://127.0.0.1:${port}/signal`
      const ca = await folder.certificate()
      const options = { ca, servername: NAME, ALPNProtocols, headers: { host: NAME } }
      const sockets = [new WebSocket(url, options), new WebSocket(url, options)]
      await Promise.all(sockets.map((socket) => once(socket, 'open')))
      const [one, other] = sockets
      if (one === undefined || other === undefined) throw new Error('two sockets')
      const topics = ['through-the-proxy']
      for (const socket of sockets) {
        socket.send(JSON.stringify({ type: 'subscribe', topics }))
        socket.send('{"type":"ping"}')
        await once(socket, 'message')
      }
      one.send(JSON.stringify({ type: 'publish', topic: topics[0], data: 'sealed' }))
      const [came] = (await once(other, 'message')) as [Buffer]
      expect(JSON.parse(came.toString())).toMatchObject({ type: 'publish', data: 'sealed' })
      for (const socket of sockets) socket.close()
    })

    it('tells the visitor’s address, whatever the visitor says it is', async () => {
      const echo = createServer((incoming, answer) => {
        answer.end(JSON.stringify(incoming.headers['x-forwarded-for'] ?? null))
      })
      stops.push(() => closed(echo))
      const port = await start(folder, await listening(echo), service.relayPort)
      const { body } = await get(folder, port, '/', { 'x-forwarded-for': '192.0.2.66' })
      expect(JSON.parse(body)).toBe('127.0.0.1')
    })

    it('writes nothing of what is asked for, also when it fails', async () => {
      const port = await start(folder, service.port, service.relayPort)
      const word = `canary-${randomUUID()}`
      expect((await get(folder, port, `/${word}`, { 'user-agent': word })).status).toBe(404)
      await service.close()
      expect((await get(folder, port, `/${word}`)).status).toBeGreaterThanOrEqual(502)
      expect(await folder.traces()).not.toContain(word)
      expect(folder.output).not.toMatch(/127\.0\.0\.1:\d{5}.*(HTTP|GET)/)
    })

    it.runIf(program === 'haproxy')(
      'brings TURN over TLS, which names no protocol, on the same port to the relay',
      async () => {
        const port = await start(folder, service.port, service.relayPort)
        const ca = await folder.certificate()
        const socket = connect({ host: '127.0.0.1', port, ca, servername: NAME })
        await once(socket, 'secureConnect')
        // RFC 8489 §5: a Binding request without attributes, as a browser's over TCP.
        const transaction = Buffer.from('0123456789ab')
        socket.write(Buffer.concat([Buffer.from('000100002112a442', 'hex'), transaction]))
        const [answer] = (await once(socket, 'data')) as [Buffer]
        expect(answer.subarray(0, 2).toString('hex')).toBe('0101')
        expect(answer.subarray(8, 20)).toEqual(transaction)
        socket.destroy()
      },
    )
  })
})

type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

async function get(
  folder: ExampleFolder,
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const ca = await folder.certificate()
  const asked = request({
    ...{ host: '127.0.0.1', port, path, ca, servername: NAME, ALPNProtocols },
    headers: { host: NAME, ...headers },
    agent: false,
  })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of answer) body += String(chunk)
  return { status: answer.statusCode ?? 0, headers: answer.headers, body }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function closed(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
