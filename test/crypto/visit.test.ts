import { hkdfSync } from 'node:crypto'
import {
  firstEpochKey,
  makeConversationSecret,
  makeVisitNonce,
  parseConversationSecret,
  parseVisitNonce,
  randomBytes,
  visitKeys,
} from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'

describe('visit keys', () => {
  it('[CR10] are 43 base64url characters of topic and of room key, and 32 bytes of answer key', () => {
    const keys = visitKeys(makeConversationSecret(), makeVisitNonce())
    expect(keys.topic).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(keys.roomKey).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(keys.answerKey.length).toBe(32)
    expect(keys.topic).not.toBe(keys.roomKey)
  })

  it('[CR10] are HKDF-SHA-512 of secret and nonce', () => {
    const secret = makeConversationSecret()
    const nonce = makeVisitNonce()
    const expected = Buffer.from(hkdfSync('sha512', secret, nonce, 'hamsa/visit/1', 96))
    const keys = visitKeys(secret, nonce)
    expect(keys.topic).toBe(expected.subarray(0, 32).toString('base64url'))
    expect(keys.roomKey).toBe(expected.subarray(32, 64).toString('base64url'))
    expect(Buffer.from(keys.answerKey)).toEqual(expected.subarray(64))
  })

  it('[CR10] of two visits have nothing in common', () => {
    const secret = makeConversationSecret()
    const first = visitKeys(secret, makeVisitNonce())
    const second = visitKeys(secret, makeVisitNonce())
    expect(first.topic).not.toBe(second.topic)
    expect(first.roomKey).not.toBe(second.roomKey)
    expect(first.answerKey).not.toEqual(second.answerKey)
  })

  it('[CR11] leave the first epoch key alone: it hangs on the log, not on the visit', () => {
    const secret = makeConversationSecret()
    const log = randomBytes(32)
    const expected = Buffer.from(hkdfSync('sha512', secret, log, 'hamsa/epoch/0/1', 32))
    expect(Buffer.from(firstEpochKey(secret, log))).toEqual(expected)
    expect(firstEpochKey(secret, randomBytes(32))).not.toEqual(firstEpochKey(secret, log))
  })

  it('[CR1] come from secrets and nonces of the right length only', () => {
    expect(parseConversationSecret(new Uint8Array(31))).toBeNull()
    expect(parseConversationSecret(new Uint8Array(33))).toBeNull()
    expect(parseVisitNonce(new Uint8Array(15))).toBeNull()
    expect(parseVisitNonce(new Uint8Array(17))).toBeNull()
    expect(() => firstEpochKey(makeConversationSecret(), new Uint8Array(16))).toThrow('bad-length')
  })
})
