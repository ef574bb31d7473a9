import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseClientFrame, parseServerFrame } from '../../signaling/parse-frame.ts'
import { MAX_FRAME_BYTES, MAX_TOPIC_CHARS, MAX_TOPICS_PER_FRAME } from '../../signaling/protocol.ts'

const text = JSON.stringify
const topic = fc.string({ minLength: 1, maxLength: MAX_TOPIC_CHARS })
const base64Url = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
    minLength: length,
    maxLength: length,
  })
const topics = fc.array(topic, { maxLength: 20 })
const clientFrame = fc.oneof(
  fc.record({ type: fc.constant('subscribe'), topics }),
  fc.record({ type: fc.constant('unsubscribe'), topics }),
  fc.record({ type: fc.constant('publish'), topic, data: fc.jsonValue() }),
  fc.constant({ type: 'ping' }),
  fc.constant({ type: 'challenge' }),
  fc.record({
    type: fc.constant('prove'),
    topic,
    key: base64Url(43),
    signature: base64Url(86),
    certificate: fc.option(base64Url(220)),
    claim: fc.option(base64Url(43)),
  }),
)

describe('frames of a client', () => {
  it('[SG1] reads every frame that keeps the rules', () => {
    fc.assert(
      fc.property(clientFrame, (frame) => {
        expect(parseClientFrame(text(frame))).toEqual(JSON.parse(text(frame)))
      }),
    )
  })

  it('[SG1] takes any text whatever without throwing', () => {
    const types = ['subscribe', 'unsubscribe', 'publish', 'ping', 'challenge', 'prove', 'pong']
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .record(
          {
            type: fc.oneof(fc.constantFrom(...types), fc.jsonValue()),
            topic: fc.jsonValue(),
            topics: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
            key: fc.jsonValue(),
            signature: fc.jsonValue(),
            data: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((frame) => text(frame)),
      fc
        .tuple(
          clientFrame.map((frame) => text(frame)),
          fc.nat(),
          fc.string({ maxLength: 3 }),
        )
        .map(
          ([frame, at, put]) =>
            frame.slice(0, at % frame.length) + put + frame.slice((at % frame.length) + 1),
        ),
    )
    fc.assert(
      fc.property(hostile, (frame) => {
        const parsed = parseClientFrame(frame)
        if (parsed !== null) expect(types).toContain(parsed.type)
        parseServerFrame(frame)
      }),
      { numRuns: 20_000 },
    )
  })

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '7'],
    ['no type', '{}'],
    ['an unknown type', text({ type: 'shout' })],
    ['a type of the wrong type', text({ type: ['ping'] })],
    ['a type from the prototype', '{"__proto__":{"type":"ping"}}'],
    ['a server frame', text({ type: 'pong' })],
    ['no topics', text({ type: 'subscribe' })],
    ['topics that are a text', text({ type: 'subscribe', topics: 'abc' })],
    ['topics that are like a list', text({ type: 'subscribe', topics: { length: 1, 0: 'a' } })],
    ['a topic that is a number', text({ type: 'subscribe', topics: ['a', 1] })],
    ['an empty topic', text({ type: 'subscribe', topics: [''] })],
    ['a topic too long', text({ type: 'subscribe', topics: ['x'.repeat(MAX_TOPIC_CHARS + 1)] })],
    [
      'too many topics',
      text({ type: 'subscribe', topics: Array(MAX_TOPICS_PER_FRAME + 1).fill('a') }),
    ],
    ['a publish without topic', text({ type: 'publish', data: 1 })],
    ['a publish without data', text({ type: 'publish', topic: 'a' })],
    [
      'a key too short',
      text({ type: 'prove', topic: 'a', key: 'A'.repeat(42), signature: 'A'.repeat(86) }),
    ],
    [
      'a signature too long',
      text({ type: 'prove', topic: 'a', key: 'A'.repeat(43), signature: 'A'.repeat(87) }),
    ],
    [
      'a key with padding',
      text({ type: 'prove', topic: 'a', key: `${'A'.repeat(42)}=`, signature: 'A'.repeat(86) }),
    ],
    ['a frame too long', text({ type: 'publish', topic: 'a', data: 'x'.repeat(MAX_FRAME_BYTES) })],
    [
      '30,000 levels of nesting, cut off',
      `{"type":"publish","topic":"a","data":${'['.repeat(30_000)}`,
    ],
  ])('[SG1] refuses %s', (_what, frame) => {
    expect(parseClientFrame(frame)).toBeNull()
  })

  it('[SG1] carries no field over that the rules do not name', () => {
    const frame = parseClientFrame('{"type":"ping","extra":1,"__proto__":{"polluted":true}}')
    expect(frame).toEqual({ type: 'ping' })
    expect(frame).not.toHaveProperty('polluted')
  })
})

describe('frames of the service', () => {
  it.each([
    { type: 'publish', topic: 'a', data: null },
    { type: 'pong' },
    { type: 'challenge', nonce: 'A'.repeat(43) },
    { type: 'proved', topic: 'a' },
    { type: 'unknown-shop', topic: 'a' },
  ])('[SG1] reads $type', (frame) => {
    expect(parseServerFrame(text(frame))).toEqual(frame)
  })

  it.each([
    { type: 'ping' },
    { type: 'challenge', nonce: 'A' },
    { type: 'challenge', nonce: 7 },
    { type: 'proved' },
    { type: 'publish', topic: 'a' },
    { type: 'news' },
  ])('[SG1] is deaf to %j', (frame) => {
    expect(parseServerFrame(text(frame))).toBeNull()
  })
})
