import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  identityFromSeed,
  issueCertificate,
  makeConversationSecret,
  makeInviteToken,
  makeSeed,
} from '@hamsa/crypto'
import { makeWriterId } from '../../client/conversation/ids.ts'
import { decodeCertificates, encodeCertificates } from '../../client/session/certificate-book.ts'
import {
  decodeConversation,
  encodeConversation,
  loadConversations,
  saveConversation,
} from '../../client/session/conversation-record.ts'
import { Receipts } from '../../client/session/receipts.ts'
import { loadWriter, renewWriter } from '../../client/session/writer.ts'
import { conversationLogId } from '../../client/identity/shopper-identity.ts'
import { testStorage } from '../helpers/test-storage.ts'

const shopper = identityFromSeed(makeSeed())
const root = identityFromSeed(makeSeed())
const record = {
  shopper: shopper.signing.publicKey,
  shopperBox: shopper.box.publicKey,
  secret: makeConversationSecret(),
  inviteId: makeInviteToken().id,
  createdMs: 1_790_000_000_000,
  read: 7,
}
const certificate = issueCertificate({
  root: root.signing,
  device: { signing: shopper.signing.publicKey, box: shopper.box.publicKey },
  role: 'owner',
  name: '',
  notBeforeMs: 0,
  notAfterMs: 1_000,
})

describe('what a session keeps', () => {
  it('a conversation comes back as it was stored', () => {
    expect(decodeConversation(encodeConversation(record))).toEqual(record)
  })

  it('certificates come back as they were stored', () => {
    expect(decodeCertificates(encodeCertificates([certificate, certificate]))).toEqual([
      certificate,
      certificate,
    ])
  })

  it('bytes of any kind decode to a value or to null, and truncated ones to null', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        decodeConversation(bytes)
        decodeCertificates(bytes)
        Receipts.decode(bytes)
      }),
    )
    for (const [bytes, decode] of [
      [encodeConversation(record), decodeConversation],
      [encodeCertificates([certificate]), decodeCertificates],
    ] as const) {
      for (let length = 0; length < bytes.length; length++) {
        expect(decode(bytes.subarray(0, length))).toBeNull()
      }
    }
  })

  it('a damaged conversation record hides none of the others', async () => {
    const { vault, close } = testStorage()
    await saveConversation(vault, record)
    await vault.write('conversation/damaged', Uint8Array.of(1, 2, 3))
    expect(await loadConversations(vault)).toEqual([record])
    close()
  })

  it('a storage has one writer for each log, until it is renewed', async () => {
    const { vault, close } = testStorage()
    const log = conversationLogId(root.signing.publicKey, shopper.signing.publicKey)
    const other = conversationLogId(shopper.signing.publicKey, root.signing.publicKey)
    const writer = await loadWriter(vault, log)
    expect(await loadWriter(vault, log)).toEqual(writer)
    expect(await loadWriter(vault, other)).not.toEqual(writer)
    const renewed = await renewWriter(vault, log)
    expect(renewed).not.toEqual(writer)
    expect(await loadWriter(vault, log)).toEqual(renewed)
    close()
  })
})

describe('receipts', () => {
  const writer = makeWriterId()
  const id = conversationLogId(root.signing.publicKey, shopper.signing.publicKey) as never
  const author = shopper.signing.publicKey
  const entry = (sequence: number) => ({ writer, sequence }) as never

  it('cover what a head reaches, grow only, and come back as stored', () => {
    const none = new Receipts()
    expect(none.covers(entry(0))).toBe(false)
    const receipts = none.merged([{ author, writer, sequence: 5, id }])
    expect(receipts.merged([{ author, writer, sequence: 3, id }])).toBe(receipts)
    expect(receipts.covers(entry(5))).toBe(true)
    expect(receipts.covers(entry(6))).toBe(false)
    const again = Receipts.decode(receipts.encode())
    expect(again?.covers(entry(5))).toBe(true)
    expect(again?.covers(entry(6))).toBe(false)
  })
})
