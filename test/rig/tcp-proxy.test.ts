import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

const HOST = '127.0.0.1'

describe('TCP proxy', () => {
  let echo: Server
  let proxy: TcpProxy

  beforeEach(async () => {
    echo = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.pipe(socket)
    })
    echo.listen(0, HOST)
    await once(echo, 'listening')
    const address = echo.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    proxy = await startTcpProxy({ targetPort: address.port, seed: 7 })
  })
  afterEach(async () => {
    await proxy.close()
    echo.close()
  })

  async function open(): Promise<Socket> {
    const socket = connect(proxy.port, HOST)
    socket.on('error', () => undefined) // a cut may come as a reset
    await once(socket, 'connect')
    return socket
  }

  it('passes bytes both ways whole, and the end of a connection', async () => {
    const socket = await open()
    const sent = 'همسة '.repeat(50_000)
    socket.end(sent)
    expect(await text(socket)).toBe(sent)
    expect(proxy.counts().up.bytes).toBe(Buffer.byteLength(sent))
  })

  it('delays each direction by what it is told, in order', async () => {
    proxy.change({ up: { delayMs: 40, jitterMs: 20 }, down: { delayMs: 40 } })
    const socket = await open()
    const sentAt = performance.now()
    for (const word of ['one ', 'two ', 'three']) socket.write(word)
    socket.end()
    expect(await text(socket)).toBe('one two three')
    expect(performance.now() - sentAt).toBeGreaterThan(79)
    expect(proxy.counts().up.delayedChunks).toBeGreaterThan(0)
  })

  it('swallows bytes while the connection stays', async () => {
    const socket = await open()
    socket.write('heard')
    await once(socket, 'data')
    proxy.change({ up: { silent: true } })
    socket.write('lost')
    while (proxy.counts().up.swallowedBytes < 4) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    proxy.change({ up: { silent: false } })
    socket.end('again')
    expect(await text(socket)).toBe('again')
  })

  it('cuts what is open, refuses what is new, and lets through again', async () => {
    const socket = await open()
    socket.write('hello')
    await once(socket, 'data')
    proxy.cut()
    await once(socket, 'close')
    const refused = connect(proxy.port, HOST)
    refused.on('error', () => undefined)
    await once(refused, 'close')
    expect(proxy.counts()).toMatchObject({ cut: 1, refused: 1 })
    proxy.restore()
    const back = await open()
    back.end('back')
    expect(await text(back)).toBe('back')
  })

  it('closes with connections open, and leaves none', async () => {
    const socket = await open()
    socket.write('hello')
    await once(socket, 'data')
    const closed = once(socket, 'close')
    await proxy.close()
    await closed
    expect(proxy.open()).toBe(0)
  })
})
