import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  encodeInboxCertificate,
  type Identity,
  identityFromSeed,
  issueInboxCertificate,
  makeSeed,
  randomBytes,
  toBase64Url,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inboxTopic } from '../../signaling/inbox.ts'
import { CLOSE, INBOX_HEADER } from '../../signaling/protocol.ts'
import { Claims } from '../../signaling/shops/claims.ts'
import { openShops } from '../../signaling/shops/open-shops.ts'
import { ShopFiles } from '../../signaling/shops/shop-files.ts'
import { parseShopId, shopIdOf } from '../../signaling/shops/shop-id.ts'
import type { ShopsSettings } from '../../signaling/shops/shops.ts'
import { challenge, proof } from '../helpers/inbox-proof.ts'
import { startTestServer, type TestServer, type TestServerOverrides } from '../helpers/server.ts'
import { SignalClient } from '../helpers/signal-client.ts'

const CLAIMED: ShopsSettings = { type: 'claimed' }
const DAY_MS = 24 * 60 * 60 * 1000

/** A shop and its inboxes, as its desk holds them. */
function makeShop() {
  const root = identityFromSeed(makeSeed()).signing
  const inbox = (number: number, identity: Identity = identityFromSeed(makeSeed())) => {
    const keys = { signing: identity.signing.publicKey, box: identity.box.publicKey }
    const certificate = issueInboxCertificate({ root, inbox: keys, number })
    return {
      pair: identity.signing,
      topic: inboxTopic(identity.signing.publicKey),
      certificate: toBase64Url(encodeInboxCertificate(certificate)),
    }
  }
  return { id: shopIdOf(root.publicKey), inbox }
}

type Inbox = ReturnType<ReturnType<typeof makeShop>['inbox']>

describe('shops', () => {
  let dataDir: string
  let nowMs: number
  const servers: TestServer[] = []

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hamsa-shops-'))
    nowMs = Date.now()
  })
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
    await rm(dataDir, { recursive: true })
  })

  async function start(settings: ShopsSettings, overrides: TestServerOverrides = {}) {
    let monotonicMs = 0
    const { shops, firstClaim } = await openShops(settings, {
      dataDir,
      now: () => nowMs,
      // Each look at the clock finds it a second later: files are looked at again whenever one may.
      monotonicNow: () => (monotonicMs += 1_000),
      random: randomBytes,
      log: () => undefined,
    })
    const server = await startTestServer({ shops, ...overrides })
    servers.push(server)
    return { ...server, firstClaim }
  }

  async function prove(url: string, inbox: Inbox, shown: object = {}) {
    const desk = await SignalClient.open(url)
    const frame = { ...proof(inbox.pair, await challenge(desk)), ...shown }
    return { desk, answer: await desk.ask(frame) }
  }

  const askIce = async (origin: string, topic?: string): Promise<number> =>
    (
      await fetch(`${origin}/ice`, {
        headers: topic === undefined ? {} : { [INBOX_HEADER]: topic },
      })
    ).status

  it('[SG60] serves whoever comes when it is open', async () => {
    const { origin, signalUrl, firstClaim } = await start({ type: 'open' })
    const { topic, ...inbox } = makeShop().inbox(1)
    expect((await prove(signalUrl, { topic, ...inbox })).answer).toEqual({ type: 'proved', topic })
    expect(await askIce(origin)).toBe(200)
    expect(firstClaim).toBeNull()
    expect(await readdir(dataDir)).toEqual([])
  })

  it('[SG60] [SG65] gives two strangers no inbox and no relay', async () => {
    const { origin, signalUrl } = await start(CLAIMED)
    const { topic, certificate, pair } = makeShop().inbox(1)
    const inbox = { topic, certificate, pair }
    const unknown = { type: 'unknown-shop', topic }
    expect((await prove(signalUrl, inbox)).answer).toEqual(unknown)
    const { desk, answer } = await prove(signalUrl, inbox, { certificate })
    expect(answer).toEqual(unknown)
    const shopper = await SignalClient.open(signalUrl)
    shopper.send({ type: 'publish', topic, data: 'knock' })
    await shopper.settle()
    expect(await desk.settle()).toEqual([])
    for (const named of [undefined, topic, 'tea', '']) expect(await askIce(origin, named)).toBe(403)
  })

  it('[SG62] [SG63] the desk that shows the token is served, its shoppers too, and no other', async () => {
    const { origin, signalUrl, firstClaim: claim } = await start(CLAIMED)
    const shop = makeShop()
    const inbox = shop.inbox(1)
    const { topic, certificate } = inbox
    expect((await prove(signalUrl, inbox, { claim })).answer).toMatchObject({
      type: 'unknown-shop',
    })
    const { desk, answer } = await prove(signalUrl, inbox, { certificate, claim })
    expect(answer).toEqual({ type: 'proved', topic })
    const shopper = await SignalClient.open(signalUrl)
    shopper.send({ type: 'publish', topic, data: 'knock' })
    expect(await desk.nextFrame()).toEqual({ type: 'publish', topic, data: 'knock' })
    expect(await askIce(origin, topic)).toBe(200)

    const other = makeShop().inbox(1)
    const again = await prove(signalUrl, other, { certificate: other.certificate, claim })
    expect(again.answer).toEqual({ type: 'unknown-shop', topic: other.topic })
    expect(await askIce(origin, other.topic)).toBe(403)
  })

  it('[SG62] a shop that is known need not show its certificate again, after a restart either', async () => {
    const first = await start(CLAIMED)
    const inbox = makeShop().inbox(1)
    const { topic, certificate } = inbox
    await prove(first.signalUrl, inbox, { certificate, claim: first.firstClaim })
    const second = await start(CLAIMED)
    expect(second.firstClaim).toBeNull()
    expect(await askIce(second.origin, topic)).toBe(200)
    expect((await prove(second.signalUrl, inbox)).answer).toEqual({ type: 'proved', topic })
  })

  it('[SG66] what one process has learned another one on the same folder knows', async () => {
    const one = await start(CLAIMED)
    const two = await start(CLAIMED)
    const shop = makeShop()
    const inbox = shop.inbox(1)
    const { certificate, topic } = inbox
    await prove(one.signalUrl, inbox, { certificate, claim: two.firstClaim })
    expect(await askIce(two.origin, topic)).toBe(200)
    expect((await prove(two.signalUrl, inbox)).answer).toEqual({ type: 'proved', topic })
  })

  it('[SG60] serves the shops of a list, and takes no token', async () => {
    const shop = makeShop()
    const { origin, signalUrl, firstClaim } = await start({ type: 'listed', ids: [shop.id] })
    expect(firstClaim).toBeNull()
    const inbox = shop.inbox(1)
    const { topic, certificate } = inbox
    expect(await askIce(origin, topic)).toBe(403) // whose it is nobody has said yet
    expect((await prove(signalUrl, inbox, { certificate })).answer).toEqual({
      type: 'proved',
      topic,
    })
    expect(await askIce(origin, topic)).toBe(200)

    const claim = await new Claims(dataDir, randomBytes, () => nowMs).issue()
    const other = makeShop().inbox(1)
    const shown = { certificate: other.certificate, claim }
    expect((await prove(signalUrl, other, shown)).answer).toMatchObject({ type: 'unknown-shop' })
    const unlisted = await start({ type: 'listed', ids: [] })
    expect(await askIce(unlisted.origin, topic)).toBe(403)
  })

  it('[SG64] a newer inbox takes the place of the older one, which never comes back', async () => {
    const { origin, signalUrl, firstClaim: claim } = await start(CLAIMED)
    const shop = makeShop()
    const [older, newer] = [shop.inbox(1), shop.inbox(2)]
    await prove(signalUrl, older, { certificate: older.certificate, claim })
    const { answer } = await prove(signalUrl, newer, { certificate: newer.certificate })
    expect(answer).toEqual({ type: 'proved', topic: newer.topic })
    for (const shown of [{}, { certificate: older.certificate }]) {
      const back = await prove(signalUrl, older, shown)
      expect(back.answer).toEqual({ type: 'unknown-shop', topic: older.topic })
    }
    expect([await askIce(origin, older.topic), await askIce(origin, newer.topic)]).toEqual([
      403, 200,
    ])
  })

  it.each<[string, (inbox: Inbox, other: Inbox) => object]>([
    ['of another inbox', (_, other) => ({ certificate: other.certificate })],
    [
      'whose signature is not root’s',
      ({ certificate }) => ({ certificate: flip(certificate, 219) }),
    ],
    ['whose number was changed', ({ certificate }) => ({ certificate: flip(certificate, 47) })],
  ])('[SG62] closes a socket that shows a certificate %s with 4403', async (_, shown) => {
    const { signalUrl } = await start(CLAIMED)
    const shop = makeShop()
    const inbox = shop.inbox(1)
    const desk = await SignalClient.open(signalUrl)
    desk.send({ ...proof(inbox.pair, await challenge(desk)), ...shown(inbox, shop.inbox(1)) })
    expect(await desk.closed).toBe(CLOSE.notAllowed)
  })

  it('[SG65] counts the credentials of each shop', async () => {
    const limits = { credentialsOfShop: { perSecond: 0.001, burst: 2 } }
    const { origin, signalUrl, firstClaim: claim } = await start(CLAIMED, { limits })
    const inbox = makeShop().inbox(1)
    await prove(signalUrl, inbox, { certificate: inbox.certificate, claim })
    const codes = [await askIce(origin, inbox.topic), await askIce(origin, inbox.topic)]
    expect([...codes, await askIce(origin, inbox.topic)]).toEqual([200, 200, 429])
  })

  it('[SG66] keeps hashes alone, readable by the owner alone, and leaves no draft', async () => {
    const { signalUrl, firstClaim } = await start(CLAIMED)
    const shop = makeShop()
    const inbox = shop.inbox(1)
    const [name = ''] = await readdir(join(dataDir, 'claims'))
    expect(name).not.toBe(firstClaim)
    expect((await stat(join(dataDir, 'claims', name))).mode & 0o777).toBe(0o600)
    await prove(signalUrl, inbox, { certificate: inbox.certificate, claim: firstClaim })
    expect(await readdir(join(dataDir, 'claims'))).toEqual([])
    expect(await readdir(join(dataDir, 'shops'))).toEqual([shop.id])
    const path = join(dataDir, 'shops', shop.id)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(dataDir, 'shops'))).mode & 0o777).toBe(0o700)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      version: 1,
      inbox: { topic: inbox.topic, number: 1 },
    })
  })

  it('[SG66] does not start on a file that is no shop’s, however it is made', async () => {
    const files = new ShopFiles(dataDir, randomBytes)
    const { id } = makeShop()
    await files.changedAtMs()
    const path = join(dataDir, 'shops', id)
    const check = fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      await writeFile(path, text)
      await expect(files.load()).rejects.toThrow('does not hold a shop')
    })
    await fc.assert(check, { numRuns: 100 })
  })

  it('[SG63] a token is good once, for a week, and until the service starts again', async () => {
    const claims = new Claims(dataDir, randomBytes, () => nowMs)
    const token = await claims.issue()
    const tries = await Promise.all(Array.from({ length: 20 }, () => claims.redeem(token)))
    expect(tries.filter(Boolean)).toHaveLength(1)

    const [late, early, ended] = [await claims.issue(), await claims.issue(), await claims.issue()]
    nowMs += 7 * DAY_MS - 60_000
    expect(await claims.redeem(early)).toBe(true)
    nowMs += 120_000
    expect(await claims.redeem(late)).toBe(false)
    const { firstClaim } = await start(CLAIMED)
    nowMs -= 7 * DAY_MS
    expect(await claims.redeem(ended)).toBe(false)
    expect(await claims.redeem(firstClaim ?? '')).toBe(true)
  })

  it('[SG63] takes no text, however made, for a token', async () => {
    const claims = new Claims(dataDir, randomBytes, () => nowMs)
    await claims.issue()
    const check = fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      expect(await claims.redeem(text)).toBe(false)
    })
    await fc.assert(check, { numRuns: 200 })
    for (const text of ['../shops', '.', '', 'A'.repeat(43)]) {
      expect(await claims.redeem(text)).toBe(false)
    }
  })

  it('[SG60] knows an id by its 43 characters', () => {
    const { id } = makeShop()
    expect(parseShopId(id)).toBe(id)
    for (const text of ['', id.slice(1), `${id}A`, `.${id.slice(1)}`, `/${id.slice(1)}`]) {
      expect(parseShopId(text)).toBeNull()
    }
  })
})

/** Another base64url character at this place. */
function flip(text: string, index: number): string {
  return text.slice(0, index) + (text[index] === 'B' ? 'C' : 'B') + text.slice(index + 1)
}
