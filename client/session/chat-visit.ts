import { firstEpochKey, toBase64Url, type OpenedAnswer } from '@hamsa/crypto'
import { NO_CERTIFICATE } from '../conversation/ids.ts'
import { openLog } from '../conversation/open-log.ts'
import type { Invite } from '../identity/invite.ts'
import { conversationLogId, type ShopperKeys } from '../identity/shopper-identity.ts'
import { Listeners } from '../listeners.ts'
import { DisclosureChoice } from './disclosure.ts'
import { epochRecords } from './epoch-records.ts'
import { KnownDevices } from './known-devices.ts'
import { KnownProfile } from './known-profile.ts'
import { Knocker } from './knocker.ts'
import { SafetyNumber } from './safety-number.ts'
import type { SessionParts } from './session-parts.ts'
import { ConversationMembers, ShopDevices } from './shop-devices.ts'
import type { Refusal, ShopCard, Thread } from './snapshots.ts'
import { Talk } from './talk.ts'
import { threadOf } from './thread-of.ts'
import { loadWriter, renewWriter } from './writer.ts'

/** What this browser knows of one shop. */
type KnownShop = {
  readonly devices: KnownDevices
  readonly profile: KnownProfile
}

/** The shopper's conversation with one shop: the talk, and the knocking that keeps it connected. */
export class ChatVisit {
  readonly talk: Talk
  readonly #parts: SessionParts
  readonly #invite: Invite
  readonly #shop: KnownShop
  readonly #knocker: Knocker
  readonly #safetyNumber: SafetyNumber
  readonly #ends: (() => void)[]
  readonly #listeners = new Listeners()
  #refusal: Refusal | null = null
  #wasAccepted = false

  private constructor(
    parts: SessionParts,
    invite: Invite,
    shopper: ShopperKeys,
    talk: Talk,
    shop: KnownShop,
  ) {
    this.#parts = parts
    this.#invite = invite
    this.#shop = shop
    this.talk = talk
    this.#safetyNumber = new SafetyNumber(invite.root, shopper.identity.signing.publicKey)
    this.#ends = [
      talk.subscribe(() => this.#listeners.notify()),
      parts.signaling.subscribe(() => this.#listeners.notify()),
      shop.devices.subscribe(() => void this.#leaveRevoked()),
    ]
    this.#knocker = new Knocker({
      session: parts,
      invite,
      shopper,
      talk,
      admit: (peer) => shop.devices.admit(peer),
      onAnswer: (answer) => void this.#answered(answer),
    })
  }

  /**
   * Reads all that is stored of the conversation at once, and knocks when it is there. `kept` resolves
   * when the shopper's keys are on the disk: no knock names a key that may be lost. Throws `StorageError`.
   */
  static async open(
    parts: SessionParts,
    invite: Invite,
    shopper: ShopperKeys,
    kept: Promise<unknown>,
  ): Promise<{ readonly visit: ChatVisit; readonly disclosure: DisclosureChoice }> {
    const { vault, entries } = parts.storage
    const { root } = invite
    const self = shopper.identity.signing
    const logId = conversationLogId(root, self.publicKey)
    const now = (): number => parts.clock.now()
    const shopDevices = new ShopDevices()
    const [devices, profile, disclosure, writer] = await Promise.all([
      KnownDevices.load({ root, devices: shopDevices, vault, now }),
      KnownProfile.load(root, vault),
      DisclosureChoice.load(vault),
      loadWriter(vault, logId),
      kept,
    ])
    const log = await openLog({
      ref: { kind: 'conversation', id: logId },
      firstKey: firstEpochKey(shopper.conversationSecret, logId),
      self: { signing: self, box: shopper.identity.box, certificate: NO_CERTIFICATE },
      writer,
      renewWriter: () => renewWriter(vault, logId),
      membership: new ConversationMembers(self.publicKey, shopDevices),
      store: entries,
      epochs: epochRecords(vault, logId),
      unseal: parts.unseal,
      now,
    })
    const talk = await Talk.open({
      log,
      self,
      certificates: () => devices.told(),
      onCertificates: (certificates) => devices.learn(certificates),
      onRevocations: (list) => devices.revoke(list),
      disclosure,
      vault,
      clock: parts.clock,
    })
    return { visit: new ChatVisit(parts, invite, shopper, talk, { devices, profile }), disclosure }
  }

  /** Who one is talking to: the shop's profile, and until there is one, the card of the invite. */
  shopCard(): ShopCard {
    const { card, root } = this.#invite
    const { name, colour } = this.#shop.profile.profile ?? card
    return { name, colour, rootKey: toBase64Url(root) }
  }

  thread(): Thread {
    return threadOf({
      conversation: toBase64Url(this.#invite.root),
      talk: this.talk,
      signaling: this.#parts.signaling,
      safetyNumber: this.#safetyNumber,
    })
  }

  refusal(): Refusal | null {
    return this.#refusal
  }

  /** Whether the shop has let this invite in since the page was opened. */
  get wasAccepted(): boolean {
    return this.#wasAccepted
  }

  showSafetyNumber(): void {
    this.#safetyNumber.show(this.#parts.clock, () => this.#listeners.notify())
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  wake(): void {
    this.talk.wake()
    this.#knocker.wake()
  }

  close(): void {
    this.#knocker.stop()
    for (const end of this.#ends) end()
    this.talk.close()
    this.#listeners.clear()
  }

  /** Who speaks for the shop no longer is left at once; another of its devices may answer. */
  async #leaveRevoked(): Promise<void> {
    await this.talk.log.revocationsChanged()
    const state = this.talk.linkState()
    const peers = state?.type === 'open' ? state.peers : []
    if (peers.some(({ key }) => this.#shop.devices.isRevoked(key))) this.#knocker.knockAnew()
  }

  async #answered({ answer, certificate }: OpenedAnswer): Promise<void> {
    if (this.#shop.devices.isRevoked(certificate.signing)) return // no device of the shop any more
    switch (answer.type) {
      case 'used-up':
      case 'expired':
      case 'revoked':
      case 'closed':
      case 'foreign':
        this.#refusal = answer.type
        this.#knocker.stop()
        this.#listeners.notify()
        return
      case 'accepted':
        this.#wasAccepted = true
        await this.#shop.profile.take(answer.profile)
        this.#listeners.notify()
        return
      case 'needs-work': // the knocker shows it
      case 'busy': // the next knock comes by itself
        return
    }
  }
}
