import { concatBytes, equalBytes, randomBytes, sign, toHex } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareHeads, MAX_HEADS } from '../../client/conversation/heads.ts'
import { parseEntryId, parseWriterId } from '../../client/conversation/ids.ts'
import type { Head } from '../../client/conversation/log.ts'
import { encodeControl, parseControl } from '../../client/link/control-codec.ts'
import { MAX_HAVE_BYTES } from '../../client/link/control-frame.ts'
import type { ControlFrame } from '../../client/link/control-frame.ts'
import {
  FrameAssembler,
  MAX_FRAME_BYTES,
  MAX_MESSAGE_BYTES,
  splitMessage,
  type Assembled,
  type Message,
} from '../../client/link/frame-codec.ts'
import { PeerKnowledge } from '../../client/link/peer-knowledge.ts'
import { encodeStep1, parseSyncMessage } from '../../client/link/sync-message.ts'
import { makeSigningPair } from '../helpers/log-peer.ts'
import * as Y from 'yjs'

const pair = makeSigningPair()
const signature = sign('hamsa/test', new Uint8Array(), pair.secretKey)

/** Of one head, and where a heads frame counts them: PROTOCOL.md. */
const HEAD_BYTES = 32 + 16 + 4 + 32
const HEADS_COUNT_AT = 2 + 4 + 64

function must<T>(value: T | null): T {
  if (value === null) throw new Error('expected a value')
  return value
}

function assemble(frames: readonly Uint8Array[]): Assembled[] {
  const assembler = new FrameAssembler()
  return frames.map((frame) => assembler.take(frame))
}

describe('frames', () => {
  it('[LK20] puts messages of every length together again, in frames of at most 16 KiB', () => {
    for (const length of [0, 1, 16_382, 16_383, 32_764, 32_765, 1_000_000]) {
      const message: Message = { kind: 'sync', bytes: new Uint8Array(length).fill(length % 251) }
      const frames = splitMessage(message)
      expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThanOrEqual(MAX_FRAME_BYTES)
      const results = assemble(frames)
      const last = results.pop()
      if (last?.type !== 'message') throw new Error('not whole')
      expect(last.message.kind).toBe('sync')
      expect(equalBytes(last.message.bytes, message.bytes)).toBe(true)
      expect(results.every(({ type }) => type === 'incomplete')).toBe(true)
    }
  })

  it('[LK20] has final bytes', () => {
    const bytes = Uint8Array.of(7, 8)
    const hex = (kind: Message['kind']): string[] => splitMessage({ kind, bytes }).map(toHex)
    expect([hex('handshake'), hex('sync'), hex('control')]).toEqual([
      ['01000708'],
      ['01010708'],
      ['01020708'],
    ])
    const long = splitMessage({ kind: 'sync', bytes: new Uint8Array(16_383) })
    expect(long.map((frame) => toHex(frame.slice(0, 2)))).toEqual(['0181', '0101'])
  })

  it('[LK21] cuts off what breaks the rules', () => {
    const full = new Uint8Array(MAX_FRAME_BYTES)
    full.set([1, 0x81])
    const bad: Record<string, Uint8Array[]> = {
      empty: [new Uint8Array()],
      'too short': [Uint8Array.of(1)],
      'other version': [Uint8Array.of(2, 1, 0)],
      'other kind': [Uint8Array.of(1, 3, 0)],
      'over 16 KiB': [new Uint8Array(MAX_FRAME_BYTES + 1).fill(1)],
      'short but not last': [Uint8Array.of(1, 0x81, 0)],
      'another kind between': [full, Uint8Array.of(1, 2, 0)],
    }
    for (const [what, frames] of Object.entries(bad)) {
      expect(assemble(frames).pop(), what).toEqual({ type: 'malformed' })
    }
  })

  it('[LK21] takes no message over its limit', () => {
    for (const kind of ['handshake', 'control'] as const) {
      const over = splitMessage({ kind, bytes: new Uint8Array(MAX_MESSAGE_BYTES[kind] + 1) })
      expect(assemble(over).pop()).toEqual({ type: 'malformed' })
    }
  })
})

describe('sync messages', () => {
  it('[LK30] knows sync and nothing else', () => {
    const step1 = encodeStep1(Uint8Array.of(0))
    expect(toHex(step1)).toBe('00000100')
    expect(parseSyncMessage(step1)).toEqual({ type: 'step1', bytes: Uint8Array.of(0) })
    for (const bytes of [[1, 1, 0], [3], [4, 1, 0], [0, 3, 0], [0, 0, 5, 1], [0, 0, 1, 0, 9], []]) {
      expect(parseSyncMessage(Uint8Array.from(bytes))).toBeNull()
    }
  })

  it('[LK30] never throws on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseSyncMessage(bytes)))
  })

  it('[LK33] knows which updates the peer has sent itself', () => {
    const [own, foreign] = [new Y.Doc(), new Y.Doc()]
    own.getMap('log').set('a', Uint8Array.of(1))
    foreign.getMap('log').set('b', Uint8Array.of(2))
    const knowledge = new PeerKnowledge()
    knowledge.learnUpdate(Y.encodeStateAsUpdate(foreign))
    expect(knowledge.covers(Y.encodeStateAsUpdate(foreign))).toBe(true)
    expect(knowledge.covers(Y.encodeStateAsUpdate(own))).toBe(false)
    foreign.getMap('log').set('c', Uint8Array.of(3))
    expect(knowledge.covers(Y.encodeStateAsUpdate(foreign))).toBe(false)
    expect(knowledge.learnStateVector(Y.encodeStateVector(own))).toBe(true)
    expect(knowledge.covers(Y.encodeStateAsUpdate(own))).toBe(true)
    expect(knowledge.covers(Uint8Array.of(255))).toBe(false)
    expect(knowledge.learnStateVector(Uint8Array.of(255))).toBe(false)
  })
})

const writerId = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((b) => must(parseWriterId(b)))
const entryId = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => must(parseEntryId(b)))
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const anyFrame: fc.Arbitrary<ControlFrame> = fc.oneof(
  fc.record({
    type: fc.constant('heads' as const),
    epoch: u32,
    signature: fc.constant(signature),
    heads: fc
      .uniqueArray(
        fc.record({
          author: fc.constant(pair.publicKey),
          writer: writerId,
          sequence: u32,
          id: entryId,
        }),
        { selector: ({ writer }) => toHex(writer) },
      )
      .map((heads) => heads.sort(compareHeads)),
  }),
  fc.record({
    type: fc.constant('have' as const),
    epoch: u32,
    done: fc.boolean(),
    sealed: fc.array(fc.uint8Array()),
  }),
  fc.record({
    type: fc.constant('want' as const),
    epoch: u32,
    ranges: fc.array(
      fc.record({ writer: writerId, range: fc.tuple(u32, u32) }).map(({ writer, range }) => ({
        author: pair.publicKey,
        writer,
        from: Math.min(...range),
        to: Math.max(...range),
      })),
    ),
  }),
  fc.record({
    type: fc.constant('openings' as const),
    openings: fc.array(fc.uint8Array(), { maxLength: 64 }),
  }),
  fc.record({ type: fc.constant('revocations' as const), list: fc.uint8Array() }),
  fc.record({ type: fc.constant('typing' as const), active: fc.boolean() }),
  fc.record({
    type: fc.constant('seen' as const),
    entry: entryId,
    signature: fc.constant(signature),
  }),
  fc.record({
    type: fc.constant('certificates' as const),
    certificates: fc.array(fc.uint8Array(), { maxLength: 64 }),
  }),
)

describe('control frames', () => {
  it('[LK40] come back from their bytes as they were', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(parseControl(encodeControl(frame))).toEqual(frame)
      }),
    )
  })

  it('[LK40] have final bytes', () => {
    const writer = must(parseWriterId(new Uint8Array(16).fill(0x11)))
    const hex = (frame: ControlFrame): string => toHex(encodeControl(frame))
    expect(hex({ type: 'typing', active: true })).toBe('010401')
    const author = pair.publicKey
    expect(hex({ type: 'want', epoch: 1, ranges: [{ author, writer, from: 2, to: 3 }] })).toBe(
      `0103000000010001${toHex(author)}${'11'.repeat(16)}0000000200000003`,
    )
    expect(hex({ type: 'have', epoch: 1, done: true, sealed: [Uint8Array.of(9)] })).toBe(
      '010200000001010001' + '0000000109',
    )
    expect(hex({ type: 'openings', openings: [Uint8Array.of(9)] })).toBe('0107010000000109')
    expect(hex({ type: 'revocations', list: Uint8Array.of(9) })).toBe('0108000109')
    expect(hex({ type: 'certificates', certificates: [Uint8Array.of(9)] })).toBe('010601000109')
    expect(hex({ type: 'heads', epoch: 1, heads: [], signature })).toBe(
      `010100000001${toHex(signature)}0000`,
    )
  })

  it('[LK41] passes over what is malformed: any bytes, cut short, or longer', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseControl(bytes)))
    fc.assert(
      fc.property(anyFrame, fc.nat(), (frame, cut) => {
        const bytes = encodeControl(frame)
        expect(parseControl(bytes.slice(0, cut % bytes.length))).toBeNull()
        expect(parseControl(Uint8Array.of(...bytes, 0))).toBeNull()
      }),
    )
    for (const hex of [
      [2, 4, 1],
      [1, 9, 1],
      [1, 4, 2],
    ]) {
      expect(parseControl(Uint8Array.from(hex))).toBeNull()
    }
  })

  it('[LK41] takes as many heads as one log signs, and not one more', () => {
    const head = (index: number): Head => ({
      author: pair.publicKey,
      writer: must(parseWriterId(Uint8Array.of(index >> 8, index & 255, ...new Uint8Array(14)))),
      sequence: 1,
      id: must(parseEntryId(new Uint8Array(32))),
    })
    const heads = Array.from({ length: MAX_HEADS }, (_, index) => head(index))
    const most: ControlFrame = { type: 'heads', epoch: 0, heads, signature }
    const bytes = encodeControl(most)
    expect(parseControl(bytes)).toEqual(most)
    const more = { ...most, heads: heads.slice(1).concat(head(MAX_HEADS)) }
    const oneMore = concatBytes(bytes, encodeControl(more).slice(-HEAD_BYTES))
    new DataView(oneMore.buffer).setUint16(HEADS_COUNT_AT, MAX_HEADS + 1)
    expect(parseControl(oneMore)).toBeNull()
    expect(() => encodeControl({ ...most, heads: [...heads, head(MAX_HEADS)] })).toThrow(RangeError)
  })

  it('[LK41] takes one of the largest entries, and no more than fits', () => {
    const large: ControlFrame = {
      type: 'have',
      epoch: 0,
      done: false,
      sealed: [randomBytes(64 * 1024)],
    }
    expect(parseControl(encodeControl(large))).toEqual(large)
    const piece = new Uint8Array(250_000)
    const pieces = Array.from({ length: Math.ceil(MAX_HAVE_BYTES / piece.length) + 1 }, () => piece)
    expect(() => encodeControl({ type: 'have', epoch: 0, done: false, sealed: pieces })).toThrow(
      RangeError,
    )
  })
})
