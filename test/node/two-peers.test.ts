import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { makeLinkOptions } from '../link/page/link-options.ts'
import type { RemoteCrowd } from '../load/remote-crowd.ts'
import { startNodeCrowd } from './start-node-crowd.ts'

const RELAYED = [{ local: 'relay', remote: 'relay' }]

describe('the client in Node', () => {
  let server: TestServer
  let desks: RemoteCrowd
  let chats: RemoteCrowd

  beforeAll(async () => {
    server = await startTestServer()
    ;[desks, chats] = await Promise.all([
      startNodeCrowd(server.origin),
      startNodeCrowd(server.origin),
    ])
  })
  afterAll(async () => {
    await Promise.all([desks.end(), chats.end()])
    await server.close()
  })

  it('[LK1] [LK2] exchanges entries both ways over the relay, and proves it', async () => {
    const { shop, shopper } = makeLinkOptions()
    await Promise.all([
      desks.open([{ name: 'yasmin', link: shop }]),
      chats.open([{ name: 'yasmin', link: shopper }]),
    ])
    for (const crowd of [desks, chats]) {
      expect(await crowd.whenState('yasmin', 'open')).toMatchObject({
        proof: { localCandidate: 'relay', remoteCandidate: 'relay' },
      })
    }
    await desks.say('yasmin', ['أهلًا'])
    expect(await chats.whenTexts('yasmin', 1)).toEqual(['أهلًا'])
    await chats.say('yasmin', ['شكرًا'])
    expect(await desks.whenTexts('yasmin', 2)).toEqual(['أهلًا', 'شكرًا'])
    expect(await desks.selectedPairs()).toEqual(RELAYED)
    expect(await chats.selectedPairs()).toEqual(RELAYED)
  })
})
