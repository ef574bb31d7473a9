import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startUdpProxy, type UdpProxy } from './udp-proxy.ts'

const HOST = '127.0.0.1'
const SEED = 7

/** A socket that keeps what it gets, and who waits for it. */
class Inbox {
  readonly socket: Socket = createSocket('udp4')
  readonly got: number[] = []
  #look = (): void => undefined

  async open(): Promise<number> {
    this.socket.on('message', (packet) => {
      this.got.push(packet.readUInt32BE())
      this.#look()
    })
    this.socket.bind(0, HOST)
    await once(this.socket, 'listening')
    return this.socket.address().port
  }

  whenGot(count: number): Promise<readonly number[]> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (this.got.length >= count) resolve(this.got)
      }
      this.#look()
    })
  }
}

function packet(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('UDP proxy', () => {
  let service: Inbox
  let client: Inbox
  let proxy: UdpProxy

  beforeEach(async () => {
    ;[service, client] = [new Inbox(), new Inbox()]
    proxy = await startUdpProxy({ targetPort: await service.open(), seed: SEED })
    await client.open()
  })
  afterEach(async () => {
    await proxy.close()
    service.socket.close()
    client.socket.close()
  })

  function send(count: number): void {
    for (const number of upTo(count)) client.socket.send(packet(number), proxy.port, HOST)
  }

  /** All copies that the proxy lets through of this many packets. */
  async function sendAndTake(count: number): Promise<readonly number[]> {
    send(count)
    for (;;) {
      const { seen, passed } = proxy.counts().up
      if (seen >= count && service.got.length >= passed) return service.got
      await once(service.socket, 'message')
    }
  }

  it('passes packets both ways, in order', async () => {
    send(50)
    expect(await service.whenGot(50)).toEqual(upTo(50))
    service.socket.once('message', (_, { port }) => service.socket.send(packet(9), port, HOST))
    send(1)
    expect(await client.whenGot(1)).toEqual([9])
    expect(proxy.counts()).toMatchObject({ up: { seen: 51, passed: 51 }, down: { passed: 1 } })
  })

  it('loses the share that it is told to, and says how many', async () => {
    proxy.change({ up: { loss: 0.3 } })
    const got = await sendAndTake(200)
    const { lost, passed } = proxy.counts().up
    expect(lost + passed).toBe(200)
    expect(got).toHaveLength(passed)
    expect(lost).toBeGreaterThan(30)
    expect(lost).toBeLessThan(90)
  })

  it('does the same again for the same seed', async () => {
    const again = await startUdpProxy({ targetPort: service.socket.address().port, seed: SEED })
    proxy.change({ up: { loss: 0.5 } })
    again.change({ up: { loss: 0.5 } })
    const first = [...(await sendAndTake(100))]
    service.got.length = 0
    for (const number of upTo(100)) client.socket.send(packet(number), again.port, HOST)
    expect(await service.whenGot(first.length)).toEqual(first)
    await again.close()
  })

  it('doubles packets', async () => {
    proxy.change({ up: { duplication: 1 } })
    const got = [...(await sendAndTake(20))].sort((left, right) => left - right)
    expect(got).toEqual(upTo(20).flatMap((number) => [number, number]))
    expect(proxy.counts().up.duplicated).toBe(20)
  })

  it('lets later packets overtake others, and loses none', async () => {
    proxy.change({ up: { reordering: 0.3 } })
    const got = await sendAndTake(100)
    expect(got).not.toEqual(upTo(100))
    expect([...got].sort((left, right) => left - right)).toEqual(upTo(100))
    expect(proxy.counts().up.reordered).toBeGreaterThan(10)
  })

  it('delays by what it is told at least, and jitter leaves the order', async () => {
    proxy.change({ up: { delayMs: 60, jitterMs: 30 } })
    const sentAt = performance.now()
    expect(await sendAndTake(50)).toEqual(upTo(50))
    expect(performance.now() - sentAt).toBeGreaterThan(59)
    expect(proxy.counts().up.delayed).toBe(50)
  })

  it('lets nothing pass while it is cut, each direction apart', async () => {
    proxy.change({ down: { cut: true } })
    service.socket.on('message', (bytes, { port }) => service.socket.send(bytes, port, HOST))
    send(5)
    await service.whenGot(5)
    while (proxy.counts().down.cut < 5) await new Promise((resolve) => setImmediate(resolve))
    expect(client.got).toEqual([])
    proxy.change({ down: { cut: false } })
    send(1)
    expect(await client.whenGot(1)).toEqual([0])
  })

  it('lets a stranded client’s port lead nowhere, and a new one through', async () => {
    send(3)
    await service.whenGot(3)
    proxy.strand()
    send(3)
    const moved = new Inbox()
    await moved.open()
    moved.socket.send(packet(9), proxy.port, HOST)
    expect(await service.whenGot(4)).toEqual([0, 1, 2, 9])
    service.socket.once('message', (_, { port }) => service.socket.send(packet(8), port, HOST))
    moved.socket.send(packet(9), proxy.port, HOST)
    expect(await moved.whenGot(1)).toEqual([8])
    expect(service.got).toEqual([0, 1, 2, 9, 9])
    moved.socket.close()
  })

  it('comes from new ports after a rebinding, and answers to the old ones are lost', async () => {
    const ports: number[] = []
    service.socket.on('message', (_, { port }) => ports.push(port))
    send(1)
    await service.whenGot(1)
    proxy.rebind()
    send(1)
    await service.whenGot(2)
    expect(new Set(ports).size).toBe(2)
    service.socket.send(packet(7), ports[0] ?? 0, HOST)
    service.socket.send(packet(8), ports[1] ?? 0, HOST)
    expect(await client.whenGot(1)).toEqual([8])
  })

  it('closes with packets still waiting, twice', async () => {
    proxy.change({ up: { delayMs: 60_000 } })
    send(5)
    while (proxy.counts().up.seen < 5) await new Promise((resolve) => setImmediate(resolve))
    await proxy.close()
    await proxy.close()
    expect(service.got).toEqual([])
  })
})
