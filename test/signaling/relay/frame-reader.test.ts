import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeChannelData } from '../../../signaling/relay/channel-data.ts'
import { FrameReader, MAX_FRAME_BYTES } from '../../../signaling/relay/frame-reader.ts'
import { METHOD } from '../../../signaling/relay/stun-message.ts'
import { lifetime, turnRequest } from './turn-request.ts'

const channelFrame = fc
  .tuple(fc.integer({ min: 0x4000, max: 0x4fff }), fc.uint8Array({ maxLength: 1_500 }))
  .map(([number, data]) => {
    const packet = encodeChannelData(number, data)
    return Buffer.concat([packet, Buffer.alloc(-packet.length & 3)])
  })
const stunFrame = fc
  .array(fc.nat(), { maxLength: 20 })
  .map((seconds) =>
    turnRequest({ method: METHOD.refresh, attributes: seconds.map((each) => lifetime(each)) }),
  )

/** Cuts bytes into pieces of the given sizes, over and over. */
function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + (sizes[turn % sizes.length] ?? 1)
    cut.push(bytes.subarray(at, end))
    at = end
  }
  return cut
}

describe('[RL28] messages back to back on a stream', () => {
  it('come out whole and in order, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(channelFrame, stunFrame), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 9 }),
        (frames, sizes) => {
          const reader = new FrameReader()
          const read = pieces(Buffer.concat(frames), sizes).flatMap((piece) => {
            const whole = reader.push(piece)
            expect(whole).not.toBeNull()
            return whole ?? []
          })
          expect(read).toEqual(frames)
          expect(reader.isWithinFrame).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('any bytes at all are messages, a beginning, or the end of the connection', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((rest) => Buffer.concat([Buffer.of(0x40, 0x01), rest])),
      fc.uint8Array({ maxLength: 200 }).map((rest) => Buffer.concat([Buffer.of(0, 1), rest])),
    )
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 20 }), (chunks) => {
        const reader = new FrameReader()
        let readBytes = 0
        let sentBytes = 0
        for (const chunk of chunks) {
          const frames = reader.push(Buffer.from(chunk))
          if (frames === null) return
          sentBytes += chunk.length
          readBytes += frames.reduce((sum, frame) => sum + frame.length, 0)
          expect(sentBytes - readBytes).toBeLessThan(MAX_FRAME_BYTES)
          expect(reader.isWithinFrame).toBe(sentBytes > readBytes)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['first bits 10', [0x80, 0, 0, 0]],
    ['first bits 11', [0xff]],
    ['HTTP', [...Buffer.from('GET / HTTP/1.1')]],
    ['a reserved channel', [0x50, 0, 0, 4]],
    ['a STUN length that is no multiple of 4', [0, 1, 0, 3]],
    ['no magic cookie', [0, 1, 0, 0, 1, 2, 3, 4]],
    ['a STUN message beyond the bound', [0, 1, 0x1f, 0xf0]],
    ['ChannelData beyond the bound', [0x40, 0, 0x1f, 0xfd]],
  ])('%s is no TURN', (_name, bytes) => {
    expect(new FrameReader().push(Buffer.from(bytes))).toBeNull()
  })

  it.each([
    ['a STUN message', [0, 1, 0x1f, 0xec]],
    ['ChannelData', [0x40, 0, 0x1f, 0xfc]],
  ])('%s at the bound is waited for', (_name, bytes) => {
    const reader = new FrameReader()
    expect(reader.push(Buffer.from(bytes))).toEqual([])
    expect(reader.isWithinFrame).toBe(true)
  })
})
