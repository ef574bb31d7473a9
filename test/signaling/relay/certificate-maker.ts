import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { CertificatePair } from '../../../signaling/relay/door.ts'

/*
 * X.509 certificates (RFC 5280) for the tests, signed by an authority of their own: no program and
 * no key in the repository is needed.
 */

export type TestAuthority = {
  /** PEM of the authority itself, to be trusted. */
  readonly ca: string
  /** A pair for `localhost`, 127.0.0.1 and ::1. */
  issue(): CertificatePair
}

const ECDSA_SHA256 = '2a8648ce3d040302'
const COMMON_NAME = '550403'
const BASIC_CONSTRAINTS = '551d13'
const SUBJECT_ALTERNATIVE_NAME = '551d11'
const TRUE = Buffer.of(0x01, 0x01, 0xff)
const TAG = { integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 24, sequence: 48, set: 49 }

export function makeAuthority(): TestAuthority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = nameOf('Hamsa test authority')
  const isAuthority = extension(BASIC_CONSTRAINTS, der(TAG.sequence, TRUE), true)
  const issuer = { name, key: keys.privateKey }
  return {
    ca: certificate({ issuer, subject: name, subjectKey: keys.publicKey, extension: isAuthority }),
    issue() {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const names = der(
        TAG.sequence,
        der(0x82, Buffer.from('localhost')),
        der(0x87, Buffer.of(127, 0, 0, 1)),
        der(0x87, Buffer.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
      )
      const cert = certificate({
        issuer,
        subject: nameOf('localhost'),
        subjectKey: publicKey,
        extension: extension(SUBJECT_ALTERNATIVE_NAME, names, false),
      })
      return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
    },
  }
}

function certificate(of: {
  readonly issuer: { readonly name: Buffer; readonly key: KeyObject }
  readonly subject: Buffer
  readonly subjectKey: KeyObject
  readonly extension: Buffer
}): string {
  const algorithm = der(TAG.sequence, oid(ECDSA_SHA256))
  const serial = Buffer.concat([Buffer.of(1), randomBytes(15)])
  const body = der(
    TAG.sequence,
    der(0xa0, der(TAG.integer, Buffer.of(2))),
    der(TAG.integer, serial),
    algorithm,
    of.issuer.name,
    der(TAG.sequence, time('20200101000000Z'), time('21200101000000Z')),
    of.subject,
    of.subjectKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(TAG.sequence, of.extension)),
  )
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', body, of.issuer.key)])
  const whole = der(TAG.sequence, body, algorithm, der(TAG.bits, signature))
  const lines = whole.toString('base64').replace(/.{64}/gu, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

function nameOf(commonName: string): Buffer {
  const text = der(TAG.utf8, Buffer.from(commonName))
  return der(TAG.sequence, der(TAG.set, der(TAG.sequence, oid(COMMON_NAME), text)))
}

function extension(id: string, value: Buffer, isCritical: boolean): Buffer {
  const critical = isCritical ? TRUE : Buffer.alloc(0)
  return der(TAG.sequence, oid(id), critical, der(TAG.octets, value))
}

const oid = (hex: string): Buffer => der(TAG.oid, Buffer.from(hex, 'hex'))
const time = (text: string): Buffer => der(TAG.time, Buffer.from(text))

/** Tag, length, contents (X.690 §8.1). */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents)
  const { length } = body
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), body])
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), body])
  return Buffer.concat([Buffer.of(tag, 0x82, length >>> 8, length & 0xff), body])
}
