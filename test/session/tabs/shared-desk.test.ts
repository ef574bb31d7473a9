import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deskOpen, until } from '../../helpers/session-world.ts'
import { sessionsOf, TabStory } from './tab-story.ts'
import { TabBrowser, turns } from './tab-world.ts'

/** Long enough for a silent leader to lose the lead. */
const SILENCE_MS = 2_500

let story: TabStory
beforeEach(() => {
  story = new TabStory()
})
afterEach(() => story.close())

describe('a desk in several tabs', () => {
  it('[TB60] are locked and unlocked together', async () => {
    const { desks } = await story.talkInTabs(2)
    const [leader, other] = desks
    if (leader === undefined || other === undefined) throw new Error('two tabs')
    expect(await other.session.setPasscode('123456')).toBe(true)
    other.session.lock()
    for (const { session } of desks) await until(session, ({ type }) => type === 'locked')
    other.session.send('nobody is told')
    other.session.unlock('wrong one')
    await until(leader.session, (one) => one.type === 'locked' && one.problem === 'wrong')
    other.session.unlock('123456')
    for (const { session } of desks) {
      await deskOpen(session, ({ thread }) => thread?.messages.length === 1)
    }
    expect(JSON.stringify(story.browser.channels.posted).match(/123456/g)).toHaveLength(2)
  })

  it('[TB43] [TB60] lose no text that was being stored when they were locked', async () => {
    const { desks, chat } = await story.talkInTabs(2)
    const [leader, other] = sessionsOf(desks)
    if (leader === undefined || other === undefined) throw new Error('two tabs')
    expect(await leader.setPasscode('123456')).toBe(true)
    const texts = ['hello']
    for (let delay = 0; delay < 8; delay++) {
      leader.send(`before lock ${delay}`)
      other.send(`before lock ${delay}, elsewhere`)
      texts.push(`before lock ${delay}`, `before lock ${delay}, elsewhere`)
      await turns(delay)
      leader.lock()
      await until(leader, ({ type }) => type === 'locked')
      leader.unlock('123456')
      await story.show([leader, other], texts)
    }
    await story.show([chat], texts)
  })

  it('[TB61] save files and restore them wherever it is asked for', async () => {
    const { desks } = await story.talkInTabs(2)
    const other = desks[1]?.session
    if (other === undefined) throw new Error('two tabs')
    const asked: (readonly string[])[] = []
    const file = other.readableExport('html', {
      title: 'All of it',
      shop: 'Shop',
      shopper: 'Shopper',
      deleted: 'deleted',
      edited: 'edited',
      direction: 'ltr',
      language: 'en',
      names: (keys) => {
        asked.push(keys)
        return new Map(keys.map((key) => [key, 'Amber Gazelle']))
      },
    })
    const html = await new Response(new Blob(await gather(file.chunks))).text()
    expect(html).toContain('hello')
    expect(html).toContain('Amber Gazelle')
    expect(asked).toHaveLength(1)
    const recovery = other.recoveryFile('a few words that nobody guesses')
    expect(recovery.name).toMatch(/^hamsa-Yasmin-.*\.hamsa$/)
    const pieces = await gather(recovery.chunks)
    await deskOpen(other, ({ recoverySaved }) => recoverySaved)

    const elsewhere = new TabBrowser(story.world)
    const [first, second] = [elsewhere.desk(), elsewhere.desk()]
    await until(second.session, ({ type }) => type === 'welcome')
    second.session.restore(piecesOf(pieces), 'a few words that nobody guesses')
    for (const { session } of [first, second]) {
      expect((await deskOpen(session)).shopName).toBe('Yasmin')
    }
    elsewhere.close()
  })

  it('[TB62] never write both where there are no Web Locks: the one that came last leads', async () => {
    const first = story.browser.desk({ hasLocks: false })
    await until(first.session, ({ type }) => type === 'welcome')
    first.session.createShop('Yasmin')
    await deskOpen(first.session)
    const second = story.browser.desk({ hasLocks: false })
    await deskOpen(second.session)
    first.session.makeInvite('Amal', null)
    for (const { session } of [first, second]) {
      await deskOpen(session, ({ invites }) => invites.length === 1)
    }
    second.session.close()
    await story.pass(SILENCE_MS)
    first.session.makeInvite('Badr', null)
    await deskOpen(first.session, ({ invites }) => invites.length === 2)
  })
})

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>[]> {
  const all: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of chunks) all.push(new Uint8Array(chunk))
  return all
}

async function* piecesOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  yield* pieces
}
