import {
  certificateHash,
  CLOCK_LEEWAY_MS,
  encodeCertificate,
  encodeInboxCertificate,
  issueCertificate,
  issueInboxCertificate,
  MAX_CERTIFICATE_BYTES,
  MAX_CERTIFICATE_LIFETIME_MS,
  parseCertificate,
  parseInboxCertificate,
  sign,
  verifyCertificate,
  verifyInboxCertificate,
  type CertificateRequest,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flipBit, makeIdentity, publicKeysOf } from './fixtures.ts'

const NOW_MS = Date.UTC(2026, 0, 15)
const root = makeIdentity()
const device = makeIdentity()
const request: CertificateRequest = {
  root: root.signing,
  device: publicKeysOf(device),
  role: 'owner',
  name: 'متجر الهمسة ☕',
  notBeforeMs: NOW_MS,
  notAfterMs: NOW_MS + MAX_CERTIFICATE_LIFETIME_MS,
}

describe('device certificate', () => {
  it('[CR30] is read back as it was issued, and again byte for byte', () => {
    for (const role of ['owner', 'agent', 'moderator', 'keeper'] as const) {
      const certificate = issueCertificate({ ...request, role })
      const bytes = encodeCertificate(certificate)
      const parsed = parseCertificate(bytes)
      expect(parsed).toEqual(certificate)
      expect(parsed === null ? null : encodeCertificate(parsed)).toEqual(bytes)
    }
  })

  it('[CR31] is valid for its root alone', async () => {
    const certificate = issueCertificate(request)
    expect(await verifyCertificate(certificate, root.signing.publicKey, NOW_MS)).toBe('valid')
    const other = makeIdentity().signing.publicKey
    expect(await verifyCertificate(certificate, other, NOW_MS)).toBe('forged')
    const renamed = { ...certificate, root: other }
    expect(await verifyCertificate(renamed, other, NOW_MS)).toBe('forged')
    const unsigned = encodeCertificate(renamed).slice(0, -64)
    const misnamed = {
      ...renamed,
      signature: sign('hamsa/certificate/1', unsigned, root.signing.secretKey),
    }
    expect(await verifyCertificate(misnamed, root.signing.publicKey, NOW_MS)).toBe('forged')
  })

  it('[CR31] is refused with one bit flipped at any of its bytes', async () => {
    const bytes = encodeCertificate(issueCertificate(request))
    const believed: number[] = []
    for (let index = 0; index < bytes.length; index++) {
      const parsed = parseCertificate(flipBit(bytes, index))
      if (parsed === null) continue
      const verdict = await verifyCertificate(parsed, root.signing.publicKey, NOW_MS)
      if (verdict !== 'forged') believed.push(index)
    }
    expect(believed).toEqual([])
  })

  it('[CR31] is not what root signed for another purpose', async () => {
    const certificate = issueCertificate(request)
    const bytes = encodeCertificate(certificate)
    const signature = sign('hamsa/other/1', bytes.slice(0, -64), root.signing.secretKey)
    const forged = { ...certificate, signature }
    expect(await verifyCertificate(forged, root.signing.publicKey, NOW_MS)).toBe('forged')
  })

  it('[CR32] is valid three days to either side of its span, for wrong clocks, and no longer', async () => {
    const certificate = issueCertificate(request)
    const at = (nowMs: number) => verifyCertificate(certificate, root.signing.publicKey, nowMs)
    expect(await at(request.notBeforeMs - CLOCK_LEEWAY_MS)).toBe('valid')
    expect(await at(request.notBeforeMs - CLOCK_LEEWAY_MS - 1)).toBe('not-yet')
    expect(await at(request.notAfterMs + CLOCK_LEEWAY_MS)).toBe('valid')
    expect(await at(request.notAfterMs + CLOCK_LEEWAY_MS + 1)).toBe('expired')
  })

  it('[CR33] spans thirty days at most, neither issued nor parsed beyond', () => {
    const tooLong = { ...request, notAfterMs: request.notAfterMs + 1 }
    expect(() => issueCertificate(tooLong)).toThrow('bad-number')
    const backwards = { ...request, notAfterMs: request.notBeforeMs - 1 }
    expect(() => issueCertificate(backwards)).toThrow('bad-number')
    const bytes = encodeCertificate({
      ...issueCertificate(request),
      notAfterMs: tooLong.notAfterMs,
    })
    expect(parseCertificate(bytes)).toBeNull()
  })

  it('[CR34] has a name of 64 characters at most, in any script', () => {
    const long = issueCertificate({ ...request, name: '🧿'.repeat(64) })
    const bytes = encodeCertificate(long)
    expect(bytes.length).toBe(MAX_CERTIFICATE_BYTES)
    expect(parseCertificate(bytes)).toEqual(long)
    expect(() => issueCertificate({ ...request, name: 'a'.repeat(65) })).toThrow('bad-length')
    expect(() => issueCertificate({ ...request, name: '\ud800' })).toThrow('bad-length')
    expect(parseCertificate(encodeCertificate({ ...long, name: 'a'.repeat(65) }))).toBeNull()
  })

  it('[CR35] is named by the hash of its bytes', () => {
    const certificate = issueCertificate(request)
    const renewed = issueCertificate({ ...request, notAfterMs: request.notAfterMs - 1 })
    expect(certificateHash(certificate).length).toBe(32)
    expect(certificateHash(certificate)).not.toEqual(certificateHash(renewed))
  })

  it('[CR1] is null for any other bytes', () => {
    const bytes = encodeCertificate(issueCertificate(request))
    for (let length = 0; length < bytes.length; length++) {
      expect(parseCertificate(bytes.slice(0, length))).toBeNull()
    }
    expect(parseCertificate(Uint8Array.of(...bytes, 0))).toBeNull()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (any) => parseCertificate(any) === null),
    )
  })
})

describe('inbox certificate', () => {
  const inbox = makeIdentity()
  const issued = issueInboxCertificate({
    root: root.signing,
    inbox: publicKeysOf(inbox),
    number: 4_000_000_000,
  })

  it('[CR36] is read back as it was issued, 165 bytes', async () => {
    const bytes = encodeInboxCertificate(issued)
    expect(bytes.length).toBe(165)
    expect(parseInboxCertificate(bytes)).toEqual(issued)
    expect(await verifyInboxCertificate(issued, root.signing.publicKey)).toBe(true)
  })

  it('[CR36] is refused with one bit flipped at any of its bytes, and by another root', async () => {
    const bytes = encodeInboxCertificate(issued)
    const believed: number[] = []
    for (let index = 0; index < bytes.length; index++) {
      const parsed = parseInboxCertificate(flipBit(bytes, index))
      if (parsed === null) continue
      if (await verifyInboxCertificate(parsed, root.signing.publicKey)) believed.push(index)
    }
    expect(believed).toEqual([])
    expect(await verifyInboxCertificate(issued, device.signing.publicKey)).toBe(false)
  })

  it('[CR1] is null for any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => parseInboxCertificate(any) === null),
    )
  })
})
