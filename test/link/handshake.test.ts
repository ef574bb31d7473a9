import { agree, makeBoxPair, randomBytes, toHex, type SigningPair } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { parseLogId } from '../../client/conversation/ids.ts'
import type { LogId } from '../../client/conversation/log.ts'
import {
  shakeHands,
  type Duplex,
  type HandshakeRequest,
  type HandshakeResult,
} from '../../client/link/handshake.ts'
import type { LivePeer } from '../../client/link/link.ts'
import { makeSigningPair } from '../helpers/log-peer.ts'

const FINGERPRINT_A = ['sha-256 aa:aa']
const FINGERPRINT_B = ['sha-256 bb:bb']
const logId = makeLogId()

function makeLogId(): LogId {
  const id = parseLogId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are a log id')
  return id
}

/** One end of a channel in memory. */
class End implements Duplex {
  readonly sent: Uint8Array[] = []
  other: End | null = null
  /** Changes what leaves; the tampering network. */
  tamper: (message: Uint8Array, index: number) => Uint8Array | null = (message) => message
  #inbox: (Uint8Array | null)[] = []
  #waiter: ((message: Uint8Array | null) => void) | null = null

  send(message: Uint8Array): void {
    const passed = this.tamper(message, this.sent.length)
    this.sent.push(message)
    this.other?.put(passed)
  }

  put(message: Uint8Array | null): void {
    if (this.#waiter === null) this.#inbox.push(message)
    else this.#waiter(message)
    this.#waiter = null
  }

  receive(): Promise<Uint8Array | null> {
    const message = this.#inbox.shift()
    if (message !== undefined) return Promise.resolve(message)
    return new Promise((resolve) => (this.#waiter = resolve))
  }
}

function makeEnds(): readonly [End, End] {
  const ends = [new End(), new End()] as const
  ends[0].other = ends[1]
  ends[1].other = ends[0]
  return ends
}

type Options = {
  readonly left?: Partial<HandshakeRequest>
  readonly right?: Partial<HandshakeRequest>
  readonly ends?: readonly [End, End]
}

/** Both sides to their end; an end that fails closes the channel, as the link does. */
async function shake({ left, right, ends = makeEnds() }: Options = {}): Promise<
  readonly [HandshakeResult, HandshakeResult]
> {
  const base = {
    logId,
    epoch: 0,
    certificate: null,
    signing: makeSigningPair(),
    admit: () => Promise.resolve(true),
  }
  const run = async (end: End, request: HandshakeRequest): Promise<HandshakeResult> => {
    const result = await shakeHands(end, request)
    if (result.type === 'failed') end.other?.put(null)
    return result
  }
  return Promise.all([
    run(ends[0], {
      ...base,
      role: 'shop',
      offerer: true,
      fingerprints: { own: FINGERPRINT_A, peer: FINGERPRINT_B },
      ...left,
    }),
    run(ends[1], {
      ...base,
      role: 'shopper',
      offerer: false,
      fingerprints: { own: FINGERPRINT_B, peer: FINGERPRINT_A },
      ...right,
    }),
  ])
}

function failuresOf(results: readonly HandshakeResult[]): (string | null)[] {
  return results.map((result) => (result.type === 'failed' ? result.failure : null))
}

describe('channel handshake', () => {
  it('[LK10] opens between two ends that agree, each knowing the other', async () => {
    const keys: readonly SigningPair[] = [makeSigningPair(), makeSigningPair()]
    const certificate = randomBytes(100)
    const [left, right] = await shake({
      left: { signing: keys[0], certificate },
      right: { signing: keys[1] },
    } as Options)
    if (left.type !== 'open' || right.type !== 'open') throw new Error('not open')
    expect(left.peer).toEqual({ key: keys[1]?.publicKey, certificate: null, epoch: 0 })
    expect(right.peer).toEqual({ key: keys[0]?.publicKey, certificate, epoch: 0 })
    const message = randomBytes(5)
    expect(right.stream.open(left.stream.seal(message))).toEqual(message)
    expect(left.stream.open(right.stream.seal(message))).toEqual(message)
  })

  it('[LK11] fails when either set of fingerprints is empty', async () => {
    for (const fingerprints of [
      { own: [], peer: FINGERPRINT_B },
      { own: FINGERPRINT_A, peer: [] },
    ]) {
      expect(failuresOf(await shake({ left: { fingerprints } }))).toEqual([
        'no-fingerprint',
        'interrupted',
      ])
    }
  })

  it('[LK12] refuses fingerprints that signalling has swapped', async () => {
    const fingerprints = { own: FINGERPRINT_A, peer: ['sha-256 ee:ee'] }
    const failures = failuresOf(await shake({ left: { fingerprints } }))
    expect(failures).toContain('other-transcript')
    expect(failures).not.toContain(null)
  })

  it('[LK12] refuses another log and two ends of one side', async () => {
    for (const right of [{ logId: makeLogId() }, { offerer: true }]) {
      const failures = failuresOf(await shake({ right }))
      expect(failures).toContain('other-transcript')
      expect(failures).not.toContain(null)
    }
  })

  it('[LK12] refuses an ephemeral key of small order', async () => {
    const ends = makeEnds()
    ends[0].tamper = (message, index) => {
      if (index !== 0) return message
      const changed = message.slice()
      changed.fill(0, 2, 34)
      return changed
    }
    expect(failuresOf(await shake({ ends }))[1]).toBe('malformed')
  })

  it('[LK12] opens no sealed message of a man in the middle with keys of his own', async () => {
    // He replaces both ephemeral keys but has no member's signing key to sign his transcripts with.
    const own = makeBoxPair()
    const ends = makeEnds()
    for (const end of ends) {
      end.tamper = (message, index) => {
        if (index !== 0) return message
        const changed = message.slice()
        changed.set(own.publicKey, 2)
        return changed
      }
    }
    expect(agree(own.secretKey, own.publicKey)).not.toBeNull()
    const failures = failuresOf(await shake({ ends }))
    expect(failures).toContain('other-transcript')
    expect(failures).not.toContain(null)
  })

  it('[LK13] fails on any changed byte of any message', async () => {
    for (const index of [0, 1, 2]) {
      const whole = makeEnds()
      await shake({ ends: whole })
      const length = whole[0].sent[index]?.length ?? 0
      for (const offset of [0, 1, 2, length >> 1, length - 1]) {
        const ends = makeEnds()
        ends[0].tamper = (message, at) => {
          if (at !== index) return message
          const changed = message.slice()
          changed[offset] = (changed[offset] ?? 0) ^ 1
          return changed
        }
        expect(failuresOf(await shake({ ends }))[1], `message ${index} byte ${offset}`).not.toBe(
          null,
        )
      }
    }
  })

  it('[LK13] refuses a signature by another key than the one shown', async () => {
    const shown = makeSigningPair()
    const signing = { publicKey: shown.publicKey, secretKey: makeSigningPair().secretKey }
    expect(failuresOf(await shake({ left: { signing } }))).toEqual(['interrupted', 'bad-signature'])
  })

  it('[LK13] refuses its own messages sent back', async () => {
    const end = new End()
    end.other = end
    const result = await shakeHands(end, {
      logId,
      epoch: 0,
      role: 'shop',
      offerer: true,
      fingerprints: { own: FINGERPRINT_A, peer: FINGERPRINT_A },
      signing: makeSigningPair(),
      certificate: null,
      admit: () => Promise.resolve(true),
    })
    expect(failuresOf([result])).toEqual(['other-transcript'])
  })

  it('[LK13] refuses a handshake that is played back', async () => {
    const ends = makeEnds()
    await shake({ ends })
    const recorded = ends[0].sent
    const replay = new End()
    for (const message of recorded) replay.put(message)
    const result = await shakeHands(replay, {
      logId,
      epoch: 0,
      role: 'shopper',
      offerer: false,
      fingerprints: { own: FINGERPRINT_B, peer: FINGERPRINT_A },
      signing: makeSigningPair(),
      certificate: null,
      admit: () => Promise.resolve(true),
    })
    expect(failuresOf([result])).toEqual(['other-transcript'])
  })

  it('[LK15] asks admit once, with the proven key, and a refusal says nothing', async () => {
    const signing = makeSigningPair()
    const asked: LivePeer[] = []
    const ends = makeEnds()
    const results = await shake({
      ends,
      left: {
        admit: (peer) => {
          asked.push(peer)
          return Promise.resolve(false)
        },
      },
      right: { signing },
    })
    expect(failuresOf(results)).toEqual(['not-admitted', 'interrupted'])
    expect(asked.map(({ key }) => toHex(key))).toEqual([toHex(signing.publicKey)])
    expect(ends[0].sent).toHaveLength(2)
  })

  it('[LK16] lets a member of an older epoch in', async () => {
    const [left] = await shake({ left: { epoch: 7 }, right: { epoch: 3 } })
    expect(left).toMatchObject({ type: 'open', peer: { epoch: 3 } })
  })

  it('[LK17] ends when the channel closes or the time is up', async () => {
    const ends = makeEnds()
    ends[0].tamper = () => null
    expect(failuresOf(await shake({ ends }))[1]).toBe('interrupted')
  })
})
