import { equalBytes, type SigningPublicKey } from '@hamsa/crypto'
import { verifyHeads } from '../conversation/heads.ts'
import type { Head } from '../conversation/log.ts'
import type { OpenedLog } from '../conversation/open-log.ts'
import type { ControlFrame, HaveFrame, HeadsFrame } from '../link/control-frame.ts'
import type { Link, LinkState, LivePeer } from '../link/link.ts'
import { Listeners } from '../listeners.ts'
import { CatchUp } from './catch-up.ts'
import { KeptReceipts } from './kept-receipts.ts'
import { DrawnMessages } from './message-list.ts'
import { PeerBriefing } from './peer-briefing.ts'
import { PendingMessages, type Said } from './pending-messages.ts'
import { loadMarks, SeenMarks, type MarksRecord } from './seen-marks.ts'
import type { Message } from './snapshots.ts'
import { TalkLinks } from './talk-links.ts'
import type { TalkParts } from './talk-parts.ts'
import { TypingNotices } from './typing-notices.ts'

/**
 * One open conversation: its log, the links that keep it in step, and what the sender may be told
 * of each message.
 *
 * "Delivered" is said only when a proven peer's signed heads cover the entry, and is remembered.
 */
export class Talk {
  readonly log: OpenedLog
  readonly #parts: TalkParts
  readonly #receipts: KeptReceipts
  readonly #listeners = new Listeners()
  readonly #links: TalkLinks
  readonly #pending: PendingMessages
  readonly #list = new DrawnMessages()
  readonly #catchUp: CatchUp
  readonly #seen: SeenMarks
  readonly #briefing: PeerBriefing
  readonly #typing: TypingNotices
  readonly #ends: (() => void)[]
  /** Key of the other side's message that was on the screen last. */
  #lastShown: string | null = null
  #messages: readonly Message[] | null = null
  /** The part of history that came last. */
  #taking: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(parts: TalkParts, receipts: KeptReceipts, marks: MarksRecord) {
    this.log = parts.log
    this.#parts = parts
    this.#receipts = receipts
    this.#catchUp = new CatchUp(parts.log, parts.clock)
    const { log, clock, vault, disclosure } = parts
    const onChange = (): void => this.#changed()
    const isOwnSide = (author: SigningPublicKey): boolean => this.isOwnSide(author)
    this.#pending = new PendingMessages({ log, isOwnSide, clock, onChange })
    this.#links = new TalkLinks({
      onState: (link, state) => this.#linkChanged(link, state),
      receive: (frame, from, link) => this.#receive(frame, from, link),
    })
    this.#seen = new SeenMarks(
      {
        log,
        vault,
        self: parts.self,
        isOwnSide,
        mayTell: () => disclosure.state.seen,
        onChange,
      },
      marks,
    )
    this.#briefing = new PeerBriefing({ ...parts, seen: this.#seen })
    this.#typing = new TypingNotices({
      clock,
      tell: (active) => this.#links.send({ type: 'typing', active }),
      mayTell: () => disclosure.state.typing,
      onChange,
    })
    this.#ends = [
      parts.log.subscribe(() => {
        this.#changed()
        if (!parts.log.isStoring) this.#briefing.tellHeads(this.#links.open()) // until then they say nothing new
        void this.#seen.logChanged()
      }),
      disclosure.subscribe(() => {
        if (!disclosure.state.typing) this.#typing.wrote(false)
        if (this.#lastShown !== null) this.shown(this.#lastShown)
      }),
    ]
  }

  /** Takes over the log, and closes it when it rejects: with `StorageError` when what is known of the other side cannot be read. */
  static async open(parts: TalkParts): Promise<Talk> {
    const { log, vault } = parts
    try {
      const records = [KeptReceipts.load(vault, log), loadMarks(vault, log)] as const
      return new Talk(parts, ...(await Promise.all(records)))
    } catch (error) {
      log.close()
      throw error
    }
  }

  /** Keeps the log in step over this link until `detach` or `close`, which close the link. */
  attach(link: Link): void {
    this.#links.attach(link)
  }

  detach(link: Link): void {
    if (!this.#links.detach(link)) return
    this.#catchUp.forget(this.#links.peers())
    this.#changed()
  }

  /** State of the link that has come furthest; `null` when there is none. */
  linkState(): LinkState | null {
    return this.#links.state()
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

  /** Shows the text at once and stores it; resolves when it is stored, or given up. */
  send(text: string): Promise<void> {
    return this.#pending.send(text)
  }

  /** The same for a text that was sent off in another tab. */
  say(said: Said): Promise<boolean> {
    return this.#pending.say(said)
  }

  retry(key: string): Promise<void> {
    return this.#pending.retry(key)
  }

  /** Takes a text that was refused off the screen. */
  discard(key: string): void {
    this.#pending.discard(key)
  }

  /** Whether anybody of the other side is writing. */
  get isOtherWriting(): boolean {
    return this.#typing.isWriting
  }

  /** What is being written here has changed; not active when nothing is left of it. No letter of it is told. */
  wrote(active: boolean): void {
    this.#typing.wrote(active)
  }

  /** This message, and what stands above it, is on the screen. */
  shown(key: string): void {
    this.#lastShown = key
    void this.#tellShown(key)
  }

  wake(): void {
    this.#links.wake()
    void this.log.retryStorage()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#links.close()
    this.#catchUp.forget([])
    for (const end of this.#ends) end()
    this.#typing.close()
    this.#seen.close()
    this.#receipts.close()
    this.#pending.close()
    this.#listeners.clear()
    this.log.close()
  }

  /** An entry and its pending twin are both here for the microtasks between log and `append`, never for a painted frame. */
  #logMessages(): readonly Message[] {
    return this.#list.draw({
      log: this.log.snapshot(),
      self: (author) => this.isOwnSide(author),
      receipts: this.#receipts.value,
      seen: this.#seen.seenByThem,
      linkOpen: this.linkState()?.type === 'open',
      nowMs: this.#parts.clock.now(),
      keys: this.#pending.keys,
    })
  }

  #linkChanged(link: Link, state: LinkState): void {
    const peers = this.#links.peers()
    this.#typing.keepOnly(peers)
    this.#catchUp.forget(peers)
    this.#changed()
    if (state.type === 'open') this.#briefing.tellAll(link, state.peers)
  }

  /** Own side has a new certificate: what is written next stands under it. */
  tellCertificates(): void {
    this.#briefing.tellCertificates(this.#links.open())
  }

  async #tellShown(key: string): Promise<void> {
    if (await this.#seen.shown(key)) await this.#briefing.tellSeen(() => this.#links.open())
  }

  async #receive(frame: ControlFrame, from: LivePeer, link: Link): Promise<void> {
    switch (frame.type) {
      case 'certificates':
        return this.#parts.onCertificates?.(frame.certificates)
      case 'revocations':
        return this.#parts.onRevocations?.(frame.list)
      case 'openings':
        return this.#briefing.receiveOpenings(frame.openings, from, link)
      case 'heads':
        return this.#receiveHeads(frame, from, link)
      case 'want':
        return void this.#catchUp.answer(frame, link, from) // nothing else waits for a long answer
      case 'have':
        return this.#receiveHistory(frame, from, link)
      case 'typing':
        if (!this.isOwnSide(from.key)) this.#typing.receive(frame.active, from.key)
        return
      case 'seen':
        return this.#seen.receive(frame, from)
    }
  }

  /** Resolves when the part before is stored: one is being opened while another is written, and never more. */
  async #receiveHistory(frame: HaveFrame, from: LivePeer, link: Link): Promise<void> {
    const before = this.#taking
    this.#taking = this.#catchUp.take(frame, link, from).then((result) => {
      if (result === 'hostile') this.detach(link)
    })
    await before
  }

  async #receiveHeads(frame: HeadsFrame, from: LivePeer, link: Link): Promise<void> {
    if (!(await verifyHeads(frame, this.log, from.key))) return
    await this.#catchUp.meet(frame.heads, link, from)
    const isNew = await this.#receipts.add(frame.heads.filter((head) => this.#isOurs(head)))
    if (isNew && !this.#closed) this.#changed()
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
