import { randomBytes } from '@hamsa/crypto'
import { expect } from 'vitest'
import { parseLogId } from '../../client/conversation/ids.ts'
import type { Verdict } from '../../client/conversation/log.ts'
import { encodeControl } from '../../client/link/control-codec.ts'
import type { ControlFrame } from '../../client/link/control-frame.ts'
import { GuardedChannel, type ChannelFailure } from '../../client/link/guarded-channel.ts'
import { shakeHands } from '../../client/link/handshake.ts'
import type { RelayProof } from '../../client/link/link.ts'
import { makeSigningPair } from '../helpers/log-peer.ts'
import { ManualClock } from '../helpers/manual-clock.ts'
import { makeMemoryChannels, type MemoryChannel } from './memory-channel.ts'

const PROOF: RelayProof = { localCandidate: 'relay', remoteCandidate: 'relay' }

const logIdOf = (): NonNullable<ReturnType<typeof parseLogId>> => {
  const id = parseLogId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are a log id')
  return id
}
const LOG_ID = logIdOf()

/** One end, with what it was told. */
export class End {
  readonly clock = new ManualClock()
  readonly judged: Uint8Array[] = []
  readonly delivered: Uint8Array[] = []
  readonly controls: ControlFrame[] = []
  readonly failures: ChannelFailure[] = []
  verdict: Verdict = { type: 'accept' }
  proof: RelayProof | null = PROOF
  admits = true
  closed = 0
  readonly channel: GuardedChannel
  readonly opened: Promise<void>

  constructor(
    readonly raw: MemoryChannel,
    offerer: boolean,
    /** The second channel; one that leads nowhere, unless one is given. */
    readonly rawFiles: MemoryChannel = makeMemoryChannels()[0],
  ) {
    let isOpen = (): void => undefined
    this.opened = new Promise((resolve) => (isOpen = resolve))
    const raws = {
      messages: raw as unknown as RTCDataChannel,
      files: rawFiles as unknown as RTCDataChannel,
    }
    this.channel = new GuardedChannel(raws, {
      clock: this.clock,
      random: () => 0.5,
      proveRelay: () => Promise.resolve(this.proof),
      shakeHands: (duplex) =>
        shakeHands(duplex, {
          logId: LOG_ID,
          epoch: 0,
          role: offerer ? 'shop' : 'shopper',
          offerer,
          fingerprints: { own: [offerer ? 'a' : 'b'], peer: [offerer ? 'b' : 'a'] },
          signing: makeSigningPair(),
          certificate: null,
          admit: () => Promise.resolve(this.admits),
        }),
      judge: (update) => {
        this.judged.push(update)
        return Promise.resolve(this.verdict)
      },
      stateVector: () => Uint8Array.of(0),
      onConnected: () => undefined,
      onOpen: () => undefined,
      onControl: (frame) => this.controls.push(frame),
      onFailed: (failure) => this.failures.push(failure),
      onClosed: () => this.closed++,
    })
    this.channel.onopen = isOpen
    this.channel.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.delivered.push(new Uint8Array(data))
    }
  }
}

export async function openEnds(): Promise<readonly [End, End]> {
  const [left, right] = makeMemoryChannels()
  const [leftFiles, rightFiles] = makeMemoryChannels()
  const ends = [new End(left, true, leftFiles), new End(right, false, rightFiles)] as const
  for (const channel of [left, right, leftFiles, rightFiles]) channel.open()
  await Promise.all(ends.map(({ opened }) => opened))
  return ends
}

/** Everything that has been sent is handled: a control frame goes the same way behind it. */
export async function settle(from: End, to: End): Promise<void> {
  const before = to.controls.length
  from.channel.sendControl(encodeControl({ type: 'typing', active: true }))
  await expect.poll(() => to.controls.length).toBeGreaterThan(before)
}
