import { randomBytes } from 'node:crypto'
import {
  longTermKey,
  makeTurnCredential,
  turnPassword,
} from '../../../signaling/relay/credentials.ts'
import type { IpAddress } from '../../../signaling/relay/ip-address.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readText,
  writeUint32,
  writeXorAddress,
} from '../../../signaling/relay/stun-attribute.ts'
import type { StunAttribute } from '../../../signaling/relay/stun-attribute.ts'
import { encodeStun } from '../../../signaling/relay/stun-message.ts'
import type { IntegrityAlgorithm, StunMessage } from '../../../signaling/relay/stun-message.ts'

export const SECRET = 'a secret of the tests'
export const REALM = 'hamsa.example'

/** Who signs a request; `password` only where it is to be a wrong one. */
export type Signer = {
  readonly username: string
  readonly password?: string
  readonly nonce: string
  readonly realm?: string
  readonly algorithm?: IntegrityAlgorithm
}

export type RequestDraft = {
  readonly method: number
  readonly attributes?: readonly StunAttribute[]
  readonly transaction?: Uint8Array
  readonly signer?: Signer | null
  readonly fingerprint?: boolean
}

export function usernameOf(id: string, now: number, lifetimeSeconds = 3600): string {
  return makeTurnCredential({ secret: SECRET, id, now, lifetimeSeconds }).username
}

export function turnRequest(draft: RequestDraft): Buffer {
  const { method, attributes = [], signer = null, fingerprint = false } = draft
  const transaction = draft.transaction ?? randomBytes(12)
  const unsigned = { class: 'request', method, transaction, fingerprint } as const
  if (signer === null) return Buffer.from(encodeStun({ ...unsigned, attributes }))
  const { realm = REALM } = signer
  const password = signer.password ?? turnPassword(SECRET, signer.username)
  return Buffer.from(
    encodeStun({
      ...unsigned,
      attributes: [
        ...attributes,
        { type: ATTRIBUTE.username, value: Buffer.from(signer.username) },
        { type: ATTRIBUTE.realm, value: Buffer.from(realm) },
        { type: ATTRIBUTE.nonce, value: Buffer.from(signer.nonce) },
      ],
      sign: {
        key: longTermKey(signer.username, realm, password),
        algorithm: signer.algorithm ?? 'sha1',
      },
    }),
  )
}

export const udpTransport: StunAttribute = {
  type: ATTRIBUTE.requestedTransport,
  value: Uint8Array.of(17, 0, 0, 0),
}

export function lifetime(seconds: number): StunAttribute {
  return { type: ATTRIBUTE.lifetime, value: writeUint32(seconds) }
}

export function channelNumber(number: number): StunAttribute {
  return { type: ATTRIBUTE.channelNumber, value: writeUint32(number * 0x10000) }
}

export function peerAddress(ip: IpAddress, port: number, transaction: Uint8Array): StunAttribute {
  return { type: ATTRIBUTE.xorPeerAddress, value: writeXorAddress({ ip, port }, transaction) }
}

export function attributeText(message: StunMessage, type: number): string {
  return readText(findAttribute(message.attributes, type) ?? new Uint8Array()) ?? ''
}

/** The code of an error answer; 0 for a success. */
export function codeOf(message: StunMessage): number {
  const value = findAttribute(message.attributes, ATTRIBUTE.errorCode)
  return value === null ? 0 : (value[2] ?? 0) * 100 + (value[3] ?? 0)
}
