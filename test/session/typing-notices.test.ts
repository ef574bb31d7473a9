import { identityFromSeed, makeSeed } from '@hamsa/crypto'
import { expect, it } from 'vitest'
import { TypingNotices } from '../../client/session/typing-notices.ts'
import { ManualClock } from '../helpers/manual-clock.ts'

it('[LK47] a peer that begins more than thirty times a minute draws nothing more in that minute', () => {
  const clock = new ManualClock()
  const { publicKey } = identityFromSeed(makeSeed()).signing
  let drawn = 0
  const notices = new TypingNotices({
    clock,
    tell: () => undefined,
    mayTell: () => true,
    onChange: () => drawn++,
  })
  const flood = (): void => {
    for (let time = 0; time < 1_000; time++) notices.receive(time % 2 === 0, publicKey)
  }
  flood()
  expect(drawn).toBe(60)
  expect(notices.isWriting).toBe(false)
  clock.advance(60_000)
  notices.receive(true, publicKey)
  expect(notices.isWriting).toBe(true)
})
