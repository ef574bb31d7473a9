import { fromBase64Url, identityFromSeed, makeSeed, toBase64Url } from '@hamsa/crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inboxTopic, isInboxTopic } from '../../signaling/inbox.ts'
import { CLOSE } from '../../signaling/protocol.ts'
import { challenge, proof } from '../helpers/inbox-proof.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

describe('inbox topics', () => {
  const shop = identityFromSeed(makeSeed()).signing
  const topic = inboxTopic(shop.publicKey)
  let server: TestServer
  let desk: SignalClient

  beforeEach(async () => {
    server = await startTestServer({ relay: false, limits: { topics: 2, topicsOfInbox: 4 } })
    desk = await SignalClient.open(server.signalUrl)
  })
  afterEach(() => server.close())

  it('[SG10] gives each socket one nonce of 32 bytes, and no other socket the same', async () => {
    const nonce = await challenge(desk)
    expect(nonce).toHaveLength(32)
    expect(await challenge(desk)).toEqual(nonce)
    expect(await challenge(await SignalClient.open(server.signalUrl))).not.toEqual(nonce)
  })

  it('[SG11] lets the holder of the key join, and anybody knock', async () => {
    expect(await desk.ask(proof(shop, await challenge(desk)))).toEqual({ type: 'proved', topic })
    const shopper = await SignalClient.open(server.signalUrl)
    shopper.send({ type: 'publish', topic, data: 'knock' })
    expect(await desk.nextFrame()).toEqual({ type: 'publish', topic, data: 'knock' })
  })

  it('[SG11] stays out when an unsubscribe came before the verdict', async () => {
    desk.send(proof(shop, await challenge(desk)))
    desk.send({ type: 'unsubscribe', topics: [topic] })
    await desk.settle()
    // A second proof is answered after the first one's verdict: one answer in all, its own.
    expect(await desk.ask(proof(shop, await challenge(desk)))).toEqual({ type: 'proved', topic })
    expect(await desk.settle()).toEqual([])
  })

  it('[SG12] closes a socket that proves without a challenge', async () => {
    desk.send(proof(shop, new Uint8Array(32)))
    expect(await desk.closed).toBe(CLOSE.notAllowed)
  })

  it('[SG12] takes no proof of another socket', async () => {
    const replayed = proof(shop, await challenge(desk))
    const thief = await SignalClient.open(server.signalUrl)
    await challenge(thief)
    thief.send(replayed)
    expect(await thief.closed).toBe(CLOSE.notAllowed)
  })

  it('[SG12] takes no proof for the topic of another key', async () => {
    const thief = identityFromSeed(makeSeed()).signing
    desk.send(proof(thief, await challenge(desk), topic))
    expect(await desk.closed).toBe(CLOSE.notAllowed)
  })

  it('[SG12] takes no key of small order, for which a signature of zeros verifies', async () => {
    await challenge(desk)
    const key = new Uint8Array(32)
    key[0] = 1
    const signature = new Uint8Array(64)
    signature[0] = 1
    desk.send({
      type: 'prove',
      topic: inboxTopic(key),
      key: toBase64Url(key),
      signature: toBase64Url(signature),
    })
    expect(await desk.closed).toBe(CLOSE.notAllowed)
  })

  it('[SG12] takes no signature that a bit differs in', async () => {
    const frame = proof(shop, await challenge(desk))
    const signature = fromBase64Url(frame.signature) ?? new Uint8Array(64)
    signature[5] = (signature[5] ?? 0) ^ 1
    desk.send({ ...frame, signature: toBase64Url(signature) })
    expect(await desk.closed).toBe(CLOSE.notAllowed)
  })

  it('[SG13] does not let a subscribe join an inbox', async () => {
    const spy = await SignalClient.open(server.signalUrl)
    await spy.subscribe(topic)
    await desk.ask(proof(shop, await challenge(desk)))
    const shopper = await SignalClient.open(server.signalUrl)
    shopper.send({ type: 'publish', topic, data: 'knock' })
    await shopper.settle()
    expect(await spy.settle()).toEqual([])
    expect(await desk.settle()).toHaveLength(1)
  })

  it.each([
    ['a frame longer than any knock', 1, 'x'.repeat(3_000), CLOSE.badFrame],
    ['more knocks than a shopper makes', 20, 'knock', CLOSE.tooMany],
  ])(
    '[SG28] closes whoever sends an inbox %s, and the desk goes on',
    async (_, times, data, code) => {
      await desk.ask(proof(shop, await challenge(desk)))
      const flooder = await SignalClient.open(server.signalUrl)
      for (let index = 0; index < times; index++) flooder.send({ type: 'publish', topic, data })
      expect(await flooder.closed).toBe(code)
      const shopper = await SignalClient.open(server.signalUrl)
      shopper.send({ type: 'publish', topic, data: 'an honest knock' })
      await shopper.settle()
      expect(JSON.stringify(await desk.settle())).toContain('an honest knock')
    },
  )

  it('[SG13] tells an inbox by its form', () => {
    expect(isInboxTopic(topic)).toBe(true)
    expect(topic).toHaveLength(44)
    expect(isInboxTopic('i love tea')).toBe(false)
    expect(isInboxTopic(topic.slice(1))).toBe(false)
  })

  it('[SG27] passes on no knock that came behind a bad frame', async () => {
    await desk.ask(proof(shop, await challenge(desk)))
    const attacker = await SignalClient.open(server.signalUrl)
    attacker.sendText('bad')
    attacker.send({ type: 'publish', topic, data: 'knock' })
    expect(await attacker.closed).toBe(CLOSE.badFrame)
    expect(await desk.settle()).toEqual([])
  })

  it('[SG21] widens the limit of topics for a proven socket', async () => {
    await desk.ask(proof(shop, await challenge(desk)))
    await desk.subscribe('a', 'b', 'c', 'd')
    const shopper = await SignalClient.open(server.signalUrl)
    await shopper.subscribe('c')
    shopper.send({ type: 'publish', topic: 'c', data: 1 })
    expect(await desk.nextFrame()).toEqual({ type: 'publish', topic: 'c', data: 1 })
    await shopper.subscribe('d')
    shopper.send({ type: 'publish', topic: 'd', data: 1 })
    await shopper.settle()
    expect(await desk.settle()).toEqual([])
  })
})
