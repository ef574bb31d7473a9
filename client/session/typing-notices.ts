import { toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import type { Clock } from '../clock.ts'
import type { LivePeer } from '../link/link.ts'

/** While one goes on writing, that is said again so often. */
const SAY_AGAIN_MS = 3_000
/** So long after the last letter one counts as having stopped. */
const STOPPED_MS = 5_000
/** A peer that said nothing more for so long has stopped: its word may be lost. */
const FORGOTTEN_MS = 7_000
/** So often a minute a peer is seen to begin: each time draws the screen anew. */
const MAX_BEGINNINGS = 30
const MINUTE_MS = 60_000

export type TypingNoticesParts = {
  readonly clock: Clock
  /** Tells all open peers. */
  readonly tell: (active: boolean) => void
  /** Whether the other side may know that one is writing here. */
  readonly mayTell: () => boolean
  /** The other side began or stopped. */
  readonly onChange: () => void
}

/** Who is writing. Only that is told, and no letter of what is written; nothing of it is stored. */
export class TypingNotices {
  readonly #parts: TypingNoticesParts
  /** When it was last said that one is writing here; `null` when that is not so. */
  #saidMs: number | null = null
  #cancelStop: () => void = () => undefined
  /** Peers that are writing, and how to stop waiting for their next word. */
  readonly #writing = new Map<string, () => void>()
  /** When the minute began in which all of them began to write so often. */
  #minuteMs = 0
  #beginnings = 0

  constructor(parts: TypingNoticesParts) {
    this.#parts = parts
  }

  /** Whether anybody of the other side is writing. */
  get isWriting(): boolean {
    return this.#writing.size > 0
  }

  /** Called for each change of what is being written here; not active when there is nothing left of it, or it was sent. */
  wrote(active: boolean): void {
    this.#cancelStop()
    if (!active || !this.#parts.mayTell()) return this.#stopped()
    const { clock, tell } = this.#parts
    this.#cancelStop = clock.after(STOPPED_MS, () => this.#stopped())
    const nowMs = clock.now()
    if (this.#saidMs !== null && nowMs - this.#saidMs < SAY_AGAIN_MS) return
    this.#saidMs = nowMs
    tell(true)
  }

  receive(active: boolean, from: SigningPublicKey): void {
    const peer = toBase64Url(from)
    const was = this.isWriting
    if (active && !this.#writing.has(peer) && !this.#mayBegin()) return
    this.#writing.get(peer)?.()
    this.#writing.delete(peer)
    if (active) {
      const forget = (): void => this.receive(false, from)
      this.#writing.set(peer, this.#parts.clock.after(FORGOTTEN_MS, forget))
    }
    if (was !== this.isWriting) this.#parts.onChange()
  }

  /** Who has gone is not writing any more. */
  keepOnly(peers: readonly LivePeer[]): void {
    const present = new Set(peers.map(({ key }) => toBase64Url(key)))
    for (const [peer, cancel] of this.#writing) {
      if (present.has(peer)) continue
      cancel()
      this.#writing.delete(peer)
    }
  }

  close(): void {
    this.#cancelStop()
    this.keepOnly([])
  }

  #mayBegin(): boolean {
    const nowMs = this.#parts.clock.now()
    if (nowMs < this.#minuteMs || nowMs - this.#minuteMs >= MINUTE_MS) {
      this.#minuteMs = nowMs
      this.#beginnings = 0
    }
    return this.#beginnings++ < MAX_BEGINNINGS
  }

  #stopped(): void {
    if (this.#saidMs === null) return
    this.#saidMs = null
    this.#parts.tell(false)
  }
}
