import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bus } from '../../../signaling/bus/bus.ts'
import { openNatsBus } from '../../../signaling/bus/nats-bus.ts'
import { subjectOf } from '../../../signaling/bus/subject.ts'
import { findNatsServer, type NatsServer, startNatsServer } from '../../helpers/nats-server.ts'
import { startTestServer } from '../../helpers/server.ts'
import { SignalClient } from '../../helpers/signal-client.ts'
import { settle, testBus } from './bus-contract.ts'

const PATIENCE = { timeout: 20_000 }

describe.skipIf(findNatsServer() === null)('with a real nats-server', () => {
  let nats: NatsServer
  beforeAll(async () => {
    nats = await startNatsServer()
  })
  afterAll(() => nats.kill())

  const open = (onChange: (isUp: boolean) => void = () => undefined): Bus => {
    const servers = { servers: [nats.address], isEncrypted: false, user: null, password: null }
    return openNatsBus(servers, { connect, onChange })
  }

  testBus('the bus over NATS', () => open())

  it(
    '[SG73] waits for a server that is not there yet, loses what is said meanwhile, and comes back each time',
    { timeout: 120_000 },
    async () => {
      await nats.kill()
      const changes: boolean[] = []
      const [left, right] = [open((isUp) => changes.push(isUp)), open()]
      const heard: string[] = []
      right.subscribe('tea', (text) => heard.push(text))
      left.publish('tea', 'before')
      await nats.start()
      await settle(left, right)
      left.publish('tea', 'first')
      await settle(left, right)

      for (const word of ['second', 'third']) {
        await nats.kill()
        await expect.poll(() => left.isUp() || right.isUp(), PATIENCE).toBe(false)
        left.publish('tea', 'lost')
        right.subscribe(word, (text) => heard.push(text)) // while there is nobody to tell
        await nats.start()
        await settle(left, right)
        left.publish('tea', word)
        left.publish(word, word)
        await settle(left, right)
      }
      expect(heard).toEqual(['first', 'second', 'second', 'third', 'third'])
      expect(changes).toEqual([true, false, true, false, true])
      await Promise.all([left.close(), right.close()])
    },
  )

  it(
    '[SG73] two servers pass frames on to each other, and to their own sockets while the bus is away',
    { timeout: 120_000 },
    async () => {
      const buses = [open(), open()] as const
      const servers = await Promise.all(buses.map((bus) => startTestServer({ bus, relay: false })))
      const [alice, badr, carla] = await Promise.all([
        SignalClient.open(servers[0]?.signalUrl ?? ''),
        SignalClient.open(servers[1]?.signalUrl ?? ''),
        SignalClient.open(servers[0]?.signalUrl ?? ''),
      ])
      for (const client of [alice, badr, carla]) await client.subscribe('tea')
      await settle(...buses)
      // As it came, to the last space.
      const text = '{ "type":"publish", "topic":"tea", "data":{"b":1, "a":2}, "more":"همسة" }'
      alice.sendText(text)
      expect(await badr.next()).toBe(text)
      expect(await carla.next()).toBe(text)
      expect(await alice.settle()).toEqual([])

      await nats.kill()
      await expect.poll(() => buses[0].isUp(), PATIENCE).toBe(false)
      alice.send({ type: 'publish', topic: 'tea', data: 'near' })
      expect(await carla.nextFrame()).toMatchObject({ data: 'near' })
      expect(await badr.settle()).toEqual([])
      await nats.start()
      await settle(...buses)
      alice.send({ type: 'publish', topic: 'tea', data: 'far' })
      expect(await badr.nextFrame()).toMatchObject({ data: 'far' })
      await Promise.all(servers.map((server) => server.close()))
      await Promise.all(buses.map((bus) => bus.close()))
    },
  )

  it('[SG71] shows NATS a hash in place of a topic', () => {
    for (const topic of ['>', '*', 'a.b', 'tea', '\ud800']) {
      expect(subjectOf(topic)).toMatch(/^hamsa\.1\.[A-Za-z0-9_-]{43}$/)
    }
  })
})
