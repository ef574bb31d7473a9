import { describe, expect, it } from 'vitest'
import { PendingMessages, type Said } from '../../../client/session/pending-messages.ts'
import { LogWorld, type LogPeer } from '../../helpers/log-peer.ts'
import { ManualClock } from '../../helpers/manual-clock.ts'

const PRESS_MS = 1_789_999_123_456
const SAID: Said = { text: 'ب\0 said', key: 'tab-7', wallTimeMs: PRESS_MS, again: false }

async function makePending(
  peer?: LogPeer,
): Promise<{ readonly peer: LogPeer; readonly pending: PendingMessages }> {
  const author = peer ?? (await new LogWorld('room').peer())
  const { log, key } = author
  const isOwnSide = (one: Uint8Array): boolean => one.every((byte, index) => byte === key[index])
  const clock = new ManualClock()
  const onChange = (): void => undefined
  return { peer: author, pending: new PendingMessages({ log, isOwnSide, clock, onChange }) }
}

const stored = ({ log }: LogPeer): readonly unknown[] =>
  log
    .snapshot()
    .entries.map(({ wallTimeMs, body }) => [
      wallTimeMs,
      body.kind === 'text' ? body.text : body.kind,
    ])

describe('a text that was sent off in another tab', () => {
  it('[TB41] is an entry with the time of the press', async () => {
    const { peer, pending } = await makePending()
    await pending.say(SAID)
    expect(stored(peer)).toEqual([[PRESS_MS, 'ب said']])
  })

  it('[TB42] is stored once, however often it is said, by the same or by the next leader', async () => {
    const { peer, pending } = await makePending()
    const again = { ...SAID, again: true }
    await Promise.all([pending.say(SAID), pending.say(SAID), pending.say(again)])
    await pending.say(again)
    const next = (await makePending(peer)).pending
    await next.say(again)
    expect(stored(peer)).toHaveLength(1)
    expect([...next.keys.values()]).toEqual(['tab-7'])
    // What says the same at another time, or is said for the first time, is another message.
    await next.say({ ...again, key: 'tab-8', wallTimeMs: PRESS_MS + 1 })
    expect(stored(peer)).toHaveLength(2)
  })

  it('[TB43] is not settled while it is refused, and once it is stored or given up', async () => {
    const { peer, pending } = await makePending()
    peer.store.failWith('full')
    const settled: string[] = []
    const one = pending.say(SAID).then(() => settled.push('one'))
    const two = pending.say({ ...SAID, key: 'tab-8' }).then(() => settled.push('two'))
    while (pending.messages().some(({ state }) => state === 'storing'))
      await peer.log.retryStorage()
    expect(settled).toEqual([])
    pending.discard('tab-8')
    await two
    peer.store.failWith(null)
    await pending.retry('tab-7')
    await one
    expect(settled).toEqual(['two', 'one'])
    expect(stored(peer)).toEqual([[PRESS_MS, 'ب said']])
  })

  it('[TB43] whose act failed is forgotten here, so that its tab can say it anew or drop it', async () => {
    const { peer, pending } = await makePending()
    peer.store.failWith('unknown')
    await expect(pending.say(SAID)).rejects.toThrow('no storage error')
    expect(pending.messages()).toEqual([])
    peer.store.failWith(null)
    expect(await pending.say(SAID)).toBe(true)
    expect(stored(peer)).toEqual([[PRESS_MS, 'ب said']])
  })

  it('[TB43] that was refused stays so when another try fails in a way that nobody foresaw', async () => {
    const { peer, pending } = await makePending()
    peer.store.failWith('full')
    const said = pending.say(SAID)
    while (pending.messages().some(({ state }) => state === 'storing'))
      await peer.log.retryStorage()
    peer.store.failWith('unknown')
    await expect(pending.retry('tab-7')).rejects.toThrow('no storage error')
    expect(pending.messages()).toMatchObject([{ key: 'tab-7', state: 'failed-storage' }])
    peer.store.failWith(null)
    await pending.retry('tab-7')
    expect(await said).toBe(true)
  })
})
