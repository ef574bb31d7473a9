import { randomBytes } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { SealedStream } from '../../client/link/sealed-stream.ts'

function makeStreams(): readonly [SealedStream, SealedStream] {
  const [there, back] = [randomBytes(32), randomBytes(32)]
  return [new SealedStream(there, back), new SealedStream(back, there)]
}
const message = Uint8Array.of(1, 2, 3)

describe('sealed stream', () => {
  it('[LK18] opens each message once, in order', () => {
    const [left, right] = makeStreams()
    const [first, second] = [left.seal(message), left.seal(new Uint8Array())]
    expect(right.open(first)).toEqual(message)
    expect(right.open(first)).toBeNull()
    expect(right.open(second)).toEqual(new Uint8Array())
  })

  it('[LK18] refuses what comes before its turn, or comes back', () => {
    const [left, right] = makeStreams()
    left.seal(message)
    expect(right.open(left.seal(message))).toBeNull()
    expect(left.open(left.seal(message))).toBeNull()
    expect(right.open(new Uint8Array(10))).toBeNull()
  })
})
