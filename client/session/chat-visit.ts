import { firstEpochKey, toBase64Url, type OpenedAnswer } from '@hamsa/crypto'
import { NO_CERTIFICATE } from '../conversation/ids.ts'
import { openLog } from '../conversation/open-log.ts'
import type { Invite } from '../identity/invite.ts'
import { conversationLogId, type ShopperKeys } from '../identity/shopper-identity.ts'
import { connectionOf } from './connection-of.ts'
import { epochRecords } from './epoch-records.ts'
import { KnownDevices } from './known-devices.ts'
import { Knocker } from './knocker.ts'
import { Listeners } from '../listeners.ts'
import { ConversationMembers } from './members.ts'
import type { SessionParts } from './session-parts.ts'
import type { Thread } from './snapshots.ts'
import { Talk } from './talk.ts'
import { loadWriter, renewWriter } from './writer.ts'

export type Refusal = 'used-up' | 'expired' | 'revoked' | 'closed'

/** The shopper's conversation with one shop: the talk, and the knocking that keeps it connected. */
export class ChatVisit {
  readonly talk: Talk
  readonly #parts: SessionParts
  readonly #invite: Invite
  readonly #knocker: Knocker
  readonly #endSignalingWatch: () => void
  readonly #listeners = new Listeners()
  #refusal: Refusal | null = null

  private constructor(
    parts: SessionParts,
    invite: Invite,
    shopper: ShopperKeys,
    talk: Talk,
    devices: KnownDevices,
  ) {
    this.#parts = parts
    this.#invite = invite
    this.talk = talk
    talk.subscribe(() => this.#listeners.notify())
    this.#endSignalingWatch = parts.signaling.subscribe(() => this.#listeners.notify())
    this.#knocker = new Knocker({
      session: parts,
      invite,
      shopper,
      talk,
      admit: (peer) => devices.admit(peer),
      onAnswer: (answer) => this.#answered(answer),
    })
  }

  /** Throws `StorageError`. */
  static async open(parts: SessionParts, invite: Invite, shopper: ShopperKeys): Promise<ChatVisit> {
    const { vault, entries } = parts.storage
    const self = shopper.identity.signing
    const logId = conversationLogId(invite.root, self.publicKey)
    const now = (): number => parts.clock.now()
    const members = new ConversationMembers(self.publicKey)
    const devices = await KnownDevices.load({ root: invite.root, members, vault, now })
    const log = await openLog({
      ref: { kind: 'conversation', id: logId },
      firstKey: firstEpochKey(shopper.conversationSecret, logId),
      self: { signing: self, box: shopper.identity.box, certificate: NO_CERTIFICATE },
      writer: await loadWriter(vault, logId),
      renewWriter: () => renewWriter(vault, logId),
      membership: members,
      store: entries,
      epochs: epochRecords(vault, logId),
      unseal: parts.unseal,
      now,
    })
    const talk = await Talk.open({
      log,
      self,
      onCertificates: (certificates) => devices.learn(certificates),
      vault,
      clock: parts.clock,
    })
    return new ChatVisit(parts, invite, shopper, talk, devices)
  }

  thread(): Thread {
    return {
      conversation: toBase64Url(this.#invite.root),
      messages: this.talk.messages(),
      connection: connectionOf(this.talk.linkState(), this.#parts.signaling.state()),
      storageFailed: this.talk.storageFailed(),
    }
  }

  refusal(): Refusal | null {
    return this.#refusal
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  close(): void {
    this.#knocker.stop()
    this.#endSignalingWatch()
    this.talk.close()
    this.#listeners.clear()
  }

  #answered({ answer }: OpenedAnswer): void {
    switch (answer.type) {
      case 'used-up':
      case 'expired':
      case 'revoked':
      case 'closed':
        this.#refuse(answer.type)
        return
      case 'foreign': // has no words of its own on the screen yet
        this.#refuse('revoked')
        return
      case 'accepted': // the link says the rest
      case 'needs-work': // the knocker shows it
      case 'busy': // the next knock comes by itself
        return
    }
  }

  #refuse(refusal: Refusal): void {
    this.#refusal = refusal
    this.#knocker.stop()
    this.#listeners.notify()
  }
}
