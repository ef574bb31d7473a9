/* A second implementation of the handshake, written from PROTOCOL.md: holds the bytes final, and says what no honest client can. */
import {
  agree,
  concatBytes,
  deriveKey,
  hash,
  makeBoxPair,
  open,
  parseBoxPublicKey,
  randomBytes,
  seal,
  sign,
  type Label,
} from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { parseLogId } from '../../client/conversation/ids.ts'
import { shakeHands, type HandshakeResult } from '../../client/link/handshake.ts'
import { makeSigningPair } from '../helpers/log-peer.ts'

const LABEL: Label = 'hamsa/handshake/1'
const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255)
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('expected a value')
  return value
}

/** Answers the real implementation's offer by hand, with this candidate type and signing side. */
async function answerByHand(candidate: number, side: number): Promise<HandshakeResult> {
  const logId = must(parseLogId(randomBytes(32)))
  const [pair, signing] = [makeBoxPair(), makeSigningPair()]
  const inbox: Uint8Array[] = []
  let wake = (): void => undefined
  const toReal: Uint8Array[] = []
  const realSent: Uint8Array[] = []
  let ourTurn = (): void => undefined
  const nextOfReal = async (index: number): Promise<Uint8Array> => {
    while (realSent[index] === undefined) await new Promise<void>((resolve) => (ourTurn = resolve))
    return must(realSent[index])
  }
  const give = (message: Uint8Array): void => {
    toReal.push(message)
    inbox.push(message)
    wake()
  }
  const real = shakeHands(
    {
      send: (message) => {
        realSent.push(message)
        ourTurn()
      },
      receive: async () => {
        while (inbox.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        return inbox.shift() ?? null
      },
    },
    {
      logId,
      epoch: 2,
      role: 'shop',
      offerer: true,
      fingerprints: { own: ['a', 'b'], peer: ['c'] },
      signing: makeSigningPair(),
      certificate: null,
      admit: () => Promise.resolve(true),
    },
  )

  const hello = concatBytes(
    Uint8Array.of(1, 1),
    pair.publicKey,
    randomBytes(32),
    Uint8Array.of(1, 0, 0, 0, 9),
  )
  give(hello)
  const realHello = await nextOfReal(0)
  expect([realHello.length, ...realHello.slice(0, 2), ...realHello.slice(66)]).toEqual([
    71, 1, 1, 0, 0, 0, 0, 2,
  ])
  const shared = must(agree(pair.secretKey, must(parseBoxPublicKey(realHello.slice(2, 34)))))
  const transcript = hash(
    LABEL,
    logId,
    u16(71),
    realHello,
    u16(3),
    utf8('a\nb'),
    u16(71),
    hello,
    u16(1),
    utf8('c'),
  )
  const keys = deriveKey(shared, transcript, LABEL, 64)
  const counter = (value: number): Uint8Array => Uint8Array.of(0, 0, 0, 0, 0, value)
  const sealStep = (step: number, number: number, payload: Uint8Array): Uint8Array =>
    concatBytes(
      Uint8Array.of(1, step),
      seal(keys.slice(32), concatBytes(counter(number), Uint8Array.of(step), payload)),
    )

  const realIdentity = must(open(keys.slice(0, 32), (await nextOfReal(1)).slice(2)))
  expect([...realIdentity.slice(0, 8)]).toEqual([0, 0, 0, 0, 0, 0, 2, 1])
  const tail = concatBytes(Uint8Array.of(candidate), signing.publicKey, Uint8Array.of(0, 0, 0))
  const signed = concatBytes(transcript, Uint8Array.of(side), tail)
  give(sealStep(2, 0, concatBytes(tail, sign(LABEL, signed, signing.secretKey))))
  give(sealStep(3, 1, new Uint8Array()))
  return real
}

describe('channel handshake, by hand', () => {
  it('[LK10] opens with whoever follows the page', async () => {
    expect(await answerByHand(1, 0)).toMatchObject({ type: 'open', peer: { epoch: 9 } })
  })

  it('[LK14] refuses a peer that says it is not relayed', async () => {
    expect(await answerByHand(2, 0)).toMatchObject({ type: 'failed', failure: 'not-relayed' })
  })

  it('[LK13] refuses a signature made for the other side', async () => {
    expect(await answerByHand(1, 1)).toMatchObject({ type: 'failed', failure: 'bad-signature' })
  })
})
