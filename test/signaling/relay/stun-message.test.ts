import { describe, expect, it } from 'vitest'
import { longTermKey } from '../../../signaling/relay/credentials.ts'
import { parseIp } from '../../../signaling/relay/ip-address.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readXorAddress,
} from '../../../signaling/relay/stun-attribute.ts'
import { encodeStun, parseStun, verifyIntegrity } from '../../../signaling/relay/stun-message.ts'
import type { StunMessage } from '../../../signaling/relay/stun-message.ts'

/*
 * The vectors of RFC 5769 §2. Their HMACs and CRCs were made by others: a message of our own that
 * checks out proves only that we agree with ourselves.
 */
const PASSWORD = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt')
const REQUEST = `
  00 01 00 58 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
  80 22 00 10 53 54 55 4e 20 74 65 73 74 20 63 6c 69 65 6e 74
  00 24 00 04 6e 00 01 ff 80 29 00 08 93 2f f9 b1 51 26 3b 36
  00 06 00 09 65 76 74 6a 3a 68 36 76 59 20 20 20
  00 08 00 14 9a ea a7 0c bf d8 cb 56 78 1e f2 b5 b2 d3 f2 49 c1 b5 71 a2
  80 28 00 04 e5 7a 3b cf`
const IPV4_RESPONSE = `
  01 01 00 3c 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
  80 22 00 0b 74 65 73 74 20 76 65 63 74 6f 72 20
  00 20 00 08 00 01 a1 47 e1 12 a6 43
  00 08 00 14 2b 91 f5 99 fd 9e 90 c3 8c 74 89 f9 2a f9 ba 53 f0 6b e7 d7
  80 28 00 04 c0 7d 4c 96`
const IPV6_RESPONSE = `
  01 01 00 48 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
  80 22 00 0b 74 65 73 74 20 76 65 63 74 6f 72 20
  00 20 00 14 00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9
  00 08 00 14 a3 82 95 4e 4b e6 7b f1 17 84 c9 7c 82 92 c2 75 bf e3 ed 41
  80 28 00 04 c8 fb 0b 4c`
const LONG_TERM_REQUEST = `
  00 01 00 60 21 12 a4 42 78 ad 34 33 c6 ad 72 c0 29 da 41 2e
  00 06 00 12 e3 83 9e e3 83 88 e3 83 aa e3 83 83 e3 82 af e3 82 b9 00 00
  00 15 00 1c 66 2f 2f 34 39 39 6b 39 35 34 64 36 4f 4c 33 34 6f 4c 39 46 53 54 76 79 36 34 73 41
  00 14 00 0b 65 78 61 6d 70 6c 65 2e 6f 72 67 00
  00 08 00 14 f6 70 24 65 6d d6 4a 3e 02 b8 e0 71 2e 85 c9 a2 8c a8 96 66`

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replace(/\s/gu, ''), 'hex')
}

function parsed(hex: string): StunMessage {
  const message = parseStun(bytesOf(hex))
  if (message === null) throw new Error('the vector does not parse')
  return message
}

function isSignedWith(message: StunMessage, key: Uint8Array): boolean {
  return message.integrity !== null && verifyIntegrity(message.integrity, key)
}

describe('[RL5] RFC 5769 vectors', () => {
  it('§2.1: a request, its integrity and its fingerprint', () => {
    const message = parsed(REQUEST)
    expect(message).toMatchObject({ class: 'request', method: 1, hasFingerprint: true })
    expect(findAttribute(message.attributes, ATTRIBUTE.username)).toEqual(Buffer.from('evtj:h6vY'))
    expect(isSignedWith(message, PASSWORD)).toBe(true)
    expect(isSignedWith(message, Buffer.from('another'))).toBe(false)
  })

  it.each([
    ['§2.2, IPv4', IPV4_RESPONSE, '192.0.2.1'],
    ['§2.3, IPv6', IPV6_RESPONSE, '2001:db8:1234:5678:11:2233:4455:6677'],
  ])('%s: a response with its mapped address', (_name, hex, address) => {
    const message = parsed(hex)
    expect(message).toMatchObject({ class: 'success', method: 1, hasFingerprint: true })
    expect(isSignedWith(message, PASSWORD)).toBe(true)
    const mapped = findAttribute(message.attributes, ATTRIBUTE.xorMappedAddress)
    const expected = { ip: Buffer.from(parseIp(address) ?? []), port: 32_853 }
    expect(readXorAddress(mapped ?? new Uint8Array(), message.transaction)).toEqual(expected)
  })

  it('§2.4: a request with a long-term credential', () => {
    const message = parsed(LONG_TERM_REQUEST)
    expect(isSignedWith(message, longTermKey('マトリックス', 'example.org', 'TheMatrIX'))).toBe(
      true,
    )
  })

  it('is written as it was read, down to HMAC and CRC, where padding is zero', () => {
    const { transaction, attributes } = parsed(LONG_TERM_REQUEST)
    const key = longTermKey('マトリックス', 'example.org', 'TheMatrIX')
    const sign = { key, algorithm: 'sha1' } as const
    const bytes = encodeStun({ class: 'request', method: 1, transaction, attributes, sign })
    expect(Buffer.from(bytes)).toEqual(bytesOf(LONG_TERM_REQUEST))
  })
})

describe('[RL5] a message that does not hold together', () => {
  const whole = bytesOf(REQUEST)

  it('is dropped at every length but its own', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(parseStun(whole.subarray(0, length))).toBeNull()
    }
    expect(parseStun(Buffer.concat([whole, Buffer.alloc(4)]))).toBeNull()
  })

  it('is dropped when any bit under the fingerprint has changed', () => {
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const bent = Buffer.from(whole)
      bent[bit >>> 3] = (bent[bit >>> 3] ?? 0) ^ (1 << (bit & 7))
      const message = parseStun(bent)
      // A bit of the fingerprint's own type makes it an unknown, optional attribute: no fingerprint.
      expect(message?.hasFingerprint ?? false).toBe(false)
    }
  })

  it('is dropped with more attributes than any honest message has', () => {
    const draft = { class: 'request', method: 1, transaction: Buffer.alloc(12) } as const
    const attributes = Array.from({ length: 129 }, () => ({ type: 0x8022, value: Buffer.alloc(0) }))
    expect(parseStun(encodeStun({ ...draft, attributes }))).toBeNull()
    expect(parseStun(encodeStun({ ...draft, attributes: attributes.slice(1) }))).not.toBeNull()
  })

  it('loses what stands after its integrity', () => {
    const draft = { class: 'request', method: 1, transaction: Buffer.alloc(12) } as const
    const sign = { key: PASSWORD, algorithm: 'sha1' } as const
    const signed = encodeStun({ ...draft, attributes: [], sign })
    const smuggled = Buffer.concat([signed, Uint8Array.of(0, 0x0d, 0, 4, 0, 0, 0, 9)])
    smuggled.writeUInt16BE(smuggled.length - 20, 2)
    expect(parseStun(smuggled)?.attributes).toEqual([])
  })
})

describe('[RL7] MESSAGE-INTEGRITY-SHA256', () => {
  it('is verified, and replaces a SHA-1 before it', () => {
    const draft = { class: 'request', method: 1, transaction: Buffer.alloc(12) } as const
    const sign = { key: PASSWORD, algorithm: 'sha256' } as const
    const message = parseStun(encodeStun({ ...draft, attributes: [], sign, fingerprint: true }))
    expect(message?.integrity?.algorithm).toBe('sha256')
    expect(message && isSignedWith(message, PASSWORD)).toBe(true)
  })
})
