import {
  ByteReader,
  ByteWriter,
  compareBytes,
  equalBytes,
  fromBase64Url,
  fromUtf8,
  randomBytes,
  toBase64Url,
  toHex,
  toUtf8,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RUNS } from './runs.ts'

describe('byte codec', () => {
  it('[CR2] reads back what was written, integers big-endian', () => {
    const bytes = new ByteWriter()
      .uint(0x0102, 2)
      .uint(2 ** 48 - 1, 6)
      .raw(Uint8Array.of(7))
      .bytes(Uint8Array.of(8, 9), 2)
      .text('ش', 1)
      .padTo(20)
      .finish()
    expect(toHex(bytes)).toBe('0102ffffffffffff0700020809' + '02d8b4' + '00000000')
    const reader = new ByteReader(bytes)
    expect(reader.uint(2)).toBe(0x0102)
    expect(reader.uint(6)).toBe(2 ** 48 - 1)
    expect(reader.raw(1)).toEqual(Uint8Array.of(7))
    expect(reader.bytes(2, 10)).toEqual(Uint8Array.of(8, 9))
    expect(reader.text(1, 10)).toBe('ش')
    reader.padding()
    expect(reader.end()).toBe(true)
  })

  it('[CR2] writes no number that does not fit', () => {
    for (const value of [-1, 256, 1.5, Number.NaN, Infinity]) {
      expect(() => new ByteWriter().uint(value, 1)).toThrow('bad-number')
    }
    expect(() => new ByteWriter().raw(new Uint8Array(3)).padTo(2)).toThrow('bad-length')
    expect(() => new ByteWriter().bytes(new Uint8Array(256), 1)).toThrow('bad-number')
  })

  it('[CR2] fails on what is missing, left over, over its limit, padded with something', () => {
    const failing: ((reader: ByteReader) => void)[] = [
      (reader) => reader.raw(4),
      (reader) => reader.raw(2),
      (reader) => reader.bytes(1, 1),
      (reader) => reader.version(2),
      (reader) => reader.padding(),
      (reader) => reader.text(1, 9),
    ]
    for (const read of failing) {
      const reader = new ByteReader(Uint8Array.of(2 - 1, 0xff, 0xff))
      read(reader)
      expect(reader.end()).toBe(false)
    }
  })

  it('[CR1] once failed stays failed, gives zeros and ends loops over what remains', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3))
    reader.fail()
    expect(reader.remaining).toBe(0)
    expect(reader.uint(1)).toBe(0)
    expect(reader.raw(32)).toEqual(new Uint8Array(32))
    expect(reader.raw(2 ** 40).length).toBeLessThan(2 ** 16)
    expect(reader.text(1, 9)).toBe('')
    expect(reader.rest()).toEqual(new Uint8Array())
    expect(reader.ok).toBe(false)
    expect(reader.end()).toBe(false)
  })

  it('[CR1] hands out copies: what was parsed does not change with the buffer', () => {
    const bytes = Uint8Array.of(1, 2)
    const part = new ByteReader(bytes).raw(2)
    bytes.fill(0)
    expect(part).toEqual(Uint8Array.of(1, 2))
  })

  it('[CR1] gives a view where one is asked for: the same bytes, not copied, and zeros once failed', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const reader = new ByteReader(bytes.subarray(1))
    const view = reader.view(2)
    expect(view).toEqual(Uint8Array.of(2, 3))
    expect(reader.end()).toBe(true)
    bytes[1] = 9
    expect(view[0]).toBe(9)
    expect(reader.view(1)).toEqual(new Uint8Array(1))
    expect(reader.view(2 ** 40).length).toBeLessThan(2 ** 16)
    expect(reader.end()).toBe(false)
  })
})

describe('text forms', () => {
  it(`[CR2] base64url is Node’s, on ${RUNS} random inputs, and one text names one byte string`, () => {
    const wrong: string[] = []
    for (let run = 0; run < RUNS; run++) {
      const bytes = randomBytes(run % 200)
      const text = toBase64Url(bytes)
      const back = fromBase64Url(text)
      const isSame = back !== null && Buffer.from(bytes).equals(back)
      if (text !== Buffer.from(bytes).toString('base64url') || !isSame) wrong.push(text)
    }
    expect(wrong).toEqual([])
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AB-_9=+/ \n') }), (text) => {
        const bytes = fromBase64Url(text)
        if (bytes !== null) expect(toBase64Url(bytes)).toBe(text)
      }),
    )
    for (const text of ['A', 'AB', 'AAB', 'AA==', 'AA+/', 'A A', 'ÀAAA']) {
      expect(fromBase64Url(text)).toBeNull()
    }
  })

  it('[CR1] malformed UTF-8 is null, whole UTF-8 comes back as it was', () => {
    for (const bytes of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xff], [0xe2, 0x80]]) {
      expect(fromUtf8(Uint8Array.from(bytes))).toBeNull()
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => fromUtf8(toUtf8(text)) === text))
    expect(fromUtf8(toUtf8('\ufeffx'))).toBe('\ufeffx')
  })

  it('[CR2] bytes are compared as Node compares them', () => {
    const pair = fc.tuple(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }))
    fc.assert(
      fc.property(pair, ([left, right]) => {
        expect(Math.sign(compareBytes(left, right))).toBe(Buffer.compare(left, right))
        expect(equalBytes(left, right)).toBe(Buffer.from(left).equals(right))
      }),
    )
  })
})
