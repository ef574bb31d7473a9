import { randomBytes, toUtf8 } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Stream } from '../../packages/crypto/src/stream.ts'
import { flipBit } from './fixtures.ts'
import { secretboxByTheBook } from './salsa.ts'

const [KEY, PREFIX] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(16))]
const makeEnd = () => new Stream(KEY, PREFIX)
/** An end of the stream that has `opened` blocks behind it. */
function endAt(opened: number): Stream {
  const end = makeEnd()
  for (let number = 0; number < opened; number++) end.seal(new Uint8Array(), 'inner')
  return end
}

describe('stream', () => {
  it('[CR63] opens to what was sealed, block by block, 16 bytes shorter', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (blocks) => {
        const [from, to] = [makeEnd(), makeEnd()]
        for (const block of blocks) {
          const sealed = from.seal(block, 'inner')
          expect(sealed.length).toBe(block.length + 16)
          expect(to.open(sealed, 'inner')).toEqual(new Uint8Array(block))
        }
        expect(to.open(from.seal(new Uint8Array(), 'last'), 'last')).toEqual(new Uint8Array())
      }),
    )
  })

  it('[CR63] is secretbox by the book under prefix, number and whether it is the last', () => {
    const end = makeEnd()
    const plain = toUtf8('block')
    for (let number = 0; number < 300; number++) {
      const place = number % 7 === 0 ? 'last' : 'inner'
      const tail = [0, 0, 0, 0, 0, number >> 8, number & 255, number % 7 === 0 ? 1 : 0]
      const nonce = Uint8Array.of(...PREFIX, ...tail)
      expect(end.seal(plain, place)).toEqual(secretboxByTheBook(plain, nonce, KEY))
    }
  })

  it('[CR63] opens a block at its own number alone, and as what it was sealed for alone', () => {
    const sealedAt = (number: number, place: 'inner' | 'last') =>
      endAt(number).seal(toUtf8('block'), place)
    for (let at = 0; at < 5; at++) {
      for (let number = 0; number < 5; number++) {
        for (const place of ['inner', 'last'] as const) {
          for (const as of ['inner', 'last'] as const) {
            const opened = endAt(at).open(sealedAt(number, place), as)
            expect(opened !== null).toBe(at === number && place === as)
          }
        }
      }
    }
  })

  it('[CR63] stands where it stood after a block that does not open', () => {
    const [from, to] = [makeEnd(), makeEnd()]
    const [one, two] = [from.seal(toUtf8('one'), 'inner'), from.seal(toUtf8('two'), 'last')]
    expect(to.open(two, 'last')).toBeNull()
    expect(to.open(one, 'last')).toBeNull()
    expect(to.open(one, 'inner')).toEqual(new Uint8Array(toUtf8('one')))
    expect(to.open(one, 'inner')).toBeNull()
    expect(to.open(two, 'last')).toEqual(new Uint8Array(toUtf8('two')))
  })

  it('[CR63] opens no block with a bit flipped or cut, under another key or prefix', () => {
    const sealed = makeEnd().seal(toUtf8('block'), 'inner')
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      expect(makeEnd().open(flipBit(sealed, bit >> 3, bit & 7), 'inner')).toBeNull()
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(makeEnd().open(sealed.slice(0, length), 'inner')).toBeNull()
    }
    expect(new Stream(flipBit(KEY, 0), PREFIX).open(sealed, 'inner')).toBeNull()
    expect(new Stream(KEY, flipBit(PREFIX, 15)).open(sealed, 'inner')).toBeNull()
    expect(makeEnd().open(sealed, 'inner')).not.toBeNull()
  })

  it('[CR63] throws for a key or prefix of our own that has another length', () => {
    expect(() => new Stream(new Uint8Array(31), PREFIX)).toThrow('bad-length')
    expect(() => new Stream(KEY, new Uint8Array(24))).toThrow('bad-length')
  })

  it('[CR1] answers null to any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.constantFrom('inner', 'last'),
        (bytes, place) => makeEnd().open(bytes, place) === null,
      ),
    )
  })
})
