import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { chosenSeed, seededRandom } from '../helpers/seeded-random.ts'
import { startNodeCrowd } from '../node/start-node-crowd.ts'
import { startFaultyService, type FaultyService } from '../rig/faulty-service.ts'
import { openCrowdPage } from './open-crowd-page.ts'
import type { Pairs } from './pairs.ts'
import type { RemoteCrowd } from './remote-crowd.ts'

/** Shops in Chromium (in Node where there is none) and shoppers in Node, with a service that fails as it is told. */
export type FaultyWorld = {
  readonly service: FaultyService
  readonly desks: RemoteCrowd
  readonly chats: RemoteCrowd
  /** The same for the same seed. */
  readonly random: () => number
  /** Lets the signalling service understand what is said in these rooms. */
  learn(pairs: Pairs): Promise<void>
  close(): Promise<void>
}

export async function openFaultyWorld(): Promise<FaultyWorld> {
  const seed = chosenSeed()
  const service = await startFaultyService(seed)
  const browser: TestBrowser | null = findChromium() === null ? null : await launchBrowser()
  const desks =
    browser === null
      ? await startNodeCrowd(service.origin)
      : await openCrowdPage(browser, service.origin)
  const chats = await startNodeCrowd(service.origin)
  return {
    service,
    desks,
    chats,
    random: seededRandom(seed + 10),
    async learn({ shops }) {
      await Promise.all(shops.map(({ link }) => service.signaling.learn(link.topic, link.roomKey)))
    },
    async close() {
      await Promise.all([desks.end(), chats.end()])
      await browser?.close()
      await service.close()
    },
  }
}
