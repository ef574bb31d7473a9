import type { Clock, Random } from '../clock.ts'
import { openRoomMessage, sealRoomMessage } from './room-cipher.ts'
import { parseRoomMessage } from './room-message.ts'

/** How long an attempt waits for its peer before it says everything again, and again after that. */
const REPEAT_AFTER_MS = [1_000, 1_500, 2_000]
const REPEAT_JITTER_MS = 300

export type AttemptVoiceSettings = {
  /** y-webrtc's room key. */
  readonly key: CryptoKey
  readonly publish: (data: string) => void
  readonly clock: Clock
  readonly random: Random
}

/**
 * Says an attempt's signals to its peer, each with the token of the offer that it belongs to, and
 * says them again while nothing came of them: the way to the peer may lose any of them. A peer that
 * has them already passes them over.
 */
export class AttemptVoice {
  /** Token of the attempt's offer, own or the peer's; `null` before there is one. */
  offerToken: number | null = null
  readonly #settings: AttemptVoiceSettings
  readonly #said: string[] = []
  #chain = Promise.resolve()
  #repeats = 0
  #cancelRepeat: (() => void) | null = null
  #stopped = false

  constructor(settings: AttemptVoiceSettings) {
    this.#settings = settings
  }

  /** A signal as y-webrtc has sealed it. They leave in this order. */
  send(sealed: unknown): void {
    const say = (): Promise<void> => this.#say(sealed)
    this.#chain = this.#chain.then(say, say)
  }

  /** The connection stands, or is given up. */
  stop(): void {
    this.#stopped = true
    this.#cancelRepeat?.()
    this.#cancelRepeat = null
    this.#said.length = 0
  }

  async #say(sealed: unknown): Promise<void> {
    const { key, publish } = this.#settings
    const message = parseRoomMessage(await openRoomMessage(sealed, key))
    if (message?.type !== 'signal') return // of simple-peer's other kinds, which have no place here
    if (message.signal.type === 'offer') this.offerToken = message.token
    const data = await sealRoomMessage({ ...message, offer: this.offerToken }, key)
    if (this.#stopped) return
    this.#said.push(data)
    publish(data)
    if (this.#cancelRepeat === null) this.#repeatLater()
  }

  #repeatLater(): void {
    const { clock, random, publish } = this.#settings
    const afterMs = REPEAT_AFTER_MS[this.#repeats++]
    if (afterMs === undefined) return
    this.#cancelRepeat = clock.after(afterMs + random() * REPEAT_JITTER_MS, () => {
      for (const data of this.#said) publish(data)
      this.#repeatLater()
    })
  }
}
