import { equalBytes, toBase64Url, type SigningPair, type SigningPublicKey } from '@hamsa/crypto'
import { signHeads, verifyHeads } from '../conversation/heads.ts'
import type { Head, Log } from '../conversation/log.ts'
import type { OpenedLog } from '../conversation/open-log.ts'
import { openingsFrames } from '../link/control-frame.ts'
import type { ControlFrame, HeadsFrame } from '../link/control-frame.ts'
import type { Link, LinkState, LivePeer } from '../link/link.ts'
import { StorageError, type Vault } from '../storage/ports.ts'
import type { Clock } from '../clock.ts'
import { Listeners } from '../listeners.ts'
import { CatchUp } from './catch-up.ts'
import { DrawnMessages } from './message-list.ts'
import { PendingMessages } from './pending-messages.ts'
import { Receipts } from './receipts.ts'
import type { Message } from './snapshots.ts'

/** Control frames of all peers that wait to be read. */
const MAX_QUEUED_FRAMES = 256

export type TalkParts = {
  readonly log: OpenedLog
  readonly self: SigningPair
  /** Whether messages of this author count as our side's: other devices of the same shop too. */
  readonly isOwnSide?: (author: SigningPublicKey) => boolean
  /** Own side's certificates, told to each peer when its link opens; encoded. */
  readonly certificates?: () => readonly Uint8Array[]
  /** Certificates that a proven peer told of; not verified. */
  readonly onCertificates?: (certificates: readonly Uint8Array[]) => Promise<void>
  /** Own side's newest revocation list, told to each peer when its link opens; encoded. */
  readonly revocations?: () => Uint8Array | null
  /** A revocation list that a proven peer told of; not verified. */
  readonly onRevocations?: (list: Uint8Array) => Promise<void>
  readonly vault: Vault
  readonly clock: Clock
}

/**
 * One open conversation: its log, the links that keep it in step, and what the sender may be told
 * of each message.
 *
 * "Delivered" is said only when a proven peer's signed heads cover the entry, and is remembered.
 */
export class Talk {
  readonly log: OpenedLog
  readonly #parts: TalkParts
  #receipts: Receipts
  readonly #listeners = new Listeners()
  readonly #links = new Map<Link, () => void>()
  readonly #pending: PendingMessages
  readonly #list = new DrawnMessages()
  readonly #catchUp: CatchUp
  readonly #endLogWatch: () => void
  #received: Promise<void> = Promise.resolve()
  #queued = 0
  #messages: readonly Message[] | null = null
  #closed = false

  private constructor(parts: TalkParts, receipts: Receipts) {
    this.log = parts.log
    this.#parts = parts
    this.#receipts = receipts
    this.#catchUp = new CatchUp(parts.log, parts.clock)
    const { log, clock } = parts
    this.#pending = new PendingMessages({ log, clock, onChange: () => this.#changed() })
    this.#endLogWatch = parts.log.subscribe(() => {
      this.#changed()
      this.#tellHeads()
    })
  }

  /** Takes over the log, and closes it when it rejects: with `StorageError` when the receipts cannot be read. */
  static async open(parts: TalkParts): Promise<Talk> {
    const stored = await parts.vault.read(receiptsName(parts.log)).catch((error: unknown) => {
      parts.log.close()
      throw error
    })
    const receipts = stored === null ? null : Receipts.decode(stored)
    return new Talk(parts, receipts ?? new Receipts())
  }

  /** Keeps the log in step over this link until `detach` or `close`, which close the link. */
  attach(link: Link): void {
    const ends = [
      link.subscribe((state) => this.#linkChanged(link, state)),
      link.onControl((frame, from) => {
        if (++this.#queued > MAX_QUEUED_FRAMES) return this.detach(link) // no honest peer has so much to say
        const work = async (): Promise<void> => {
          this.#queued--
          if (this.#links.has(link)) await this.#receive(frame, from, link)
        }
        this.#received = this.#received.then(work, work) // in turn, each whatever became of the last
      }),
    ]
    this.#links.set(link, () => {
      for (const end of ends) end()
      link.close()
    })
    this.#linkChanged(link, link.state())
  }

  detach(link: Link): void {
    this.#links.get(link)?.()
    if (this.#links.delete(link)) this.#changed()
  }

  /** State of the link that has come furthest; `null` when there is none. */
  linkState(): LinkState | null {
    const states = [...this.#links.keys()].map((link) => link.state())
    for (const type of ['open', 'connecting', 'failed'] as const) {
      const found = states.find((state) => state.type === type)
      if (found !== undefined) return found
    }
    return states[0] ?? null
  }

  messages(): readonly Message[] {
    this.#messages ??= [...this.#logMessages(), ...this.#pending.messages()]
    return this.#messages
  }

  storageFailed(): boolean {
    return this.#pending.storageFailed
  }

  /** Whether this author speaks for our side. */
  isOwnSide(author: SigningPublicKey): boolean {
    return this.#parts.isOwnSide?.(author) ?? equalBytes(author, this.#parts.self.publicKey)
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  /** Shows the text at once and stores it; resolves when it is stored or refused. */
  send(text: string): Promise<void> {
    return this.#pending.send(text)
  }

  retry(key: string): Promise<void> {
    return this.#pending.retry(key)
  }

  /** Takes a text that was refused off the screen. */
  discard(key: string): void {
    this.#pending.discard(key)
  }

  wake(): void {
    for (const link of this.#links.keys()) link.wake()
    void this.log.retryStorage()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const link of [...this.#links.keys()]) this.detach(link)
    this.#endLogWatch()
    this.#listeners.clear()
    this.log.close()
  }

  /** An entry and its pending twin are both here for the microtasks between log and `append`, never for a painted frame. */
  #logMessages(): readonly Message[] {
    return this.#list.draw({
      log: this.log.snapshot(),
      self: (author) => this.isOwnSide(author),
      receipts: this.#receipts,
      linkOpen: this.linkState()?.type === 'open',
      nowMs: this.#parts.clock.now(),
      keys: this.#pending.keys,
    })
  }

  #linkChanged(link: Link, state: LinkState): void {
    this.#changed()
    this.#catchUp.forget(this.#peers())
    if (state.type !== 'open') return
    // In this order: an opening counts only under a certificate that is known, heads only in their epoch.
    this.#tellCertificates(link)
    const { revocations } = this.#parts
    const list = revocations?.() ?? null
    if (list !== null) link.send({ type: 'revocations', list })
    for (const peer of state.peers) this.#tellOpenings(link, peer)
    this.#tellHeadsTo(link)
  }

  /** Own side has a new certificate: what is written next stands under it. */
  tellCertificates(): void {
    for (const link of this.#links.keys()) {
      if (link.state().type === 'open') this.#tellCertificates(link)
    }
  }

  #tellCertificates(link: Link): void {
    const certificates = this.#parts.certificates?.() ?? []
    if (certificates.length > 0) link.send({ type: 'certificates', certificates })
  }

  /** What a peer that connected with an older epoch, or a rival of ours, has not got. */
  #tellOpenings(link: Link, { key, epoch }: LivePeer): void {
    for (const frame of openingsFrames(this.log.openings(epoch))) link.send(frame, key)
  }

  #peers(): LivePeer[] {
    return [...this.#links.keys()].flatMap((link) => {
      const state = link.state()
      return state.type === 'open' ? state.peers : []
    })
  }

  #tellHeads(): void {
    for (const link of this.#links.keys()) {
      if (link.state().type === 'open') this.#tellHeadsTo(link)
    }
  }

  #tellHeadsTo(link: Link): void {
    link.send(signHeads(this.log, this.#parts.self))
  }

  async #receive(frame: ControlFrame, from: LivePeer, link: Link): Promise<void> {
    switch (frame.type) {
      case 'certificates':
        return this.#parts.onCertificates?.(frame.certificates)
      case 'revocations':
        return this.#parts.onRevocations?.(frame.list)
      case 'openings':
        return this.#receiveOpenings(frame.openings, from, link)
      case 'heads':
        return this.#receiveHeads(frame, from, link)
      case 'want':
        void this.#catchUp.answer(frame, link, from) // nothing else waits for a long answer
        return
      case 'have':
        if ((await this.#catchUp.take(frame, link, from)) === 'hostile') this.detach(link)
        return
      case 'typing':
      case 'seen':
        return // nobody is told of them yet
    }
  }

  async #receiveOpenings(
    openings: readonly Uint8Array[],
    from: LivePeer,
    link: Link,
  ): Promise<void> {
    try {
      const epoch = await this.log.receiveOpenings(openings)
      // The peer has not got the line that counts here: it is told of that, and tells us of its own.
      if (epoch !== null) this.#tellOpenings(link, { ...from, epoch })
    } catch (error) {
      passOver(error)
    }
  }

  async #receiveHeads(frame: HeadsFrame, from: LivePeer, link: Link): Promise<void> {
    if (!(await verifyHeads(frame, this.log, from.key))) return
    await this.#catchUp.meet(frame.heads, link, from)
    const receipts = this.#receipts.merged(frame.heads.filter((head) => this.#isOurs(head)))
    if (receipts === this.#receipts || this.#closed) return
    try {
      await this.#parts.vault.write(receiptsName(this.log), receipts.encode())
    } catch (error) {
      passOver(error) // it is true all the same, and comes again with the peer's next heads
    }
    this.#receipts = receipts
    this.#changed()
  }

  /** Whether this head is an entry of our own side, as we hold it: one of a forked history, or of another author under a copied writer, proves nothing. */
  #isOurs({ author, id }: Head): boolean {
    if (!this.isOwnSide(author)) return false
    return this.log.isKnown(id)
  }

  #changed(): void {
    this.#messages = null
    this.#listeners.notify()
  }
}

function receiptsName(log: Log): string {
  return `receipts/${toBase64Url(log.ref.id)}`
}

/** Storage failed: what a peer told of comes again when it connects anew. */
function passOver(error: unknown): void {
  if (!(error instanceof StorageError)) throw error
}
