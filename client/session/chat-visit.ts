import {
  equalBytes,
  firstEpochKey,
  parseCertificate,
  toBase64Url,
  verifyCertificate,
  type Certificate,
  type OpenedAnswer,
} from '@hamsa/crypto'
import { NO_CERTIFICATE } from '../conversation/ids.ts'
import { openLog } from '../conversation/open-log.ts'
import type { Invite } from '../identity/invite.ts'
import { conversationLogId, type ShopperKeys } from '../identity/shopper-identity.ts'
import type { LivePeer } from '../link/link.ts'
import { StorageError } from '../storage/ports.ts'
import { idOfCertificate, loadCertificates, saveCertificates } from './certificate-book.ts'
import { connectionOf } from './connection-of.ts'
import { Knocker } from './knocker.ts'
import { Listeners } from './listeners.ts'
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
  readonly #members: ConversationMembers
  readonly #knocker: Knocker
  readonly #endSignalingWatch: () => void
  readonly #listeners = new Listeners()
  #certificates: readonly Certificate[]
  #refusal: Refusal | null = null

  private constructor(
    parts: SessionParts,
    invite: Invite,
    shopper: ShopperKeys,
    talk: Talk,
    members: ConversationMembers,
    certificates: readonly Certificate[],
  ) {
    this.#parts = parts
    this.#invite = invite
    this.talk = talk
    this.#members = members
    this.#certificates = certificates
    talk.subscribe(() => this.#listeners.notify())
    this.#endSignalingWatch = parts.signaling.subscribe(() => this.#listeners.notify())
    this.#knocker = new Knocker({
      session: parts,
      invite,
      shopper,
      talk,
      admit: (peer) => this.#admit(peer),
      onAnswer: (answer) => this.#answered(answer),
    })
  }

  /** Throws `StorageError`. */
  static async open(parts: SessionParts, invite: Invite, shopper: ShopperKeys): Promise<ChatVisit> {
    const { vault, entries } = parts.storage
    const self = shopper.identity.signing
    const logId = conversationLogId(invite.root, self.publicKey)
    const certificates = await loadCertificates(vault, bookName(invite))
    const members = new ConversationMembers(self.publicKey)
    for (const certificate of certificates) {
      members.addDevice(idOfCertificate(certificate), certificate.signing)
    }
    const log = await openLog({
      ref: { kind: 'conversation', id: logId },
      epoch: { number: 0, key: firstEpochKey(shopper.conversationSecret, logId) },
      self: { signing: self, certificate: NO_CERTIFICATE },
      writer: await loadWriter(vault, logId),
      renewWriter: () => renewWriter(vault, logId),
      membership: members,
      store: entries,
      now: () => parts.clock.now(),
    })
    const talk = await Talk.open({ log, self, vault, clock: parts.clock })
    return new ChatVisit(parts, invite, shopper, talk, members, certificates)
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

  /** The shop's end must show a certificate that root has signed, for the key it has just proven. */
  async #admit(peer: LivePeer): Promise<boolean> {
    const certificate = peer.certificate === null ? null : parseCertificate(peer.certificate)
    if (certificate === null || !equalBytes(certificate.signing, peer.key)) return false
    const verdict = await verifyCertificate(certificate, this.#invite.root, this.#parts.clock.now())
    if (verdict !== 'valid') return false
    await this.#learn(certificate)
    return true
  }

  async #learn(certificate: Certificate): Promise<void> {
    const id = idOfCertificate(certificate)
    if (this.#certificates.some((known) => equalBytes(idOfCertificate(known), id))) return
    this.#members.addDevice(id, certificate.signing)
    this.#certificates = [...this.#certificates, certificate]
    try {
      await saveCertificates(this.#parts.storage.vault, bookName(this.#invite), this.#certificates)
    } catch (error) {
      // It works on in memory; the shop shows its certificate again at the next visit.
      if (!(error instanceof StorageError)) throw error
    }
  }

  #answered({ answer }: OpenedAnswer): void {
    switch (answer.type) {
      case 'used-up':
      case 'expired':
      case 'revoked':
      case 'closed':
        this.#refusal = answer.type
        this.#knocker.stop()
        this.#listeners.notify()
        return
      case 'accepted': // the link says the rest
      case 'needs-work': // the knocker shows it
      case 'busy': // the next knock comes by itself
        return
    }
  }
}

/** Vault record with the certificates of one shop's devices. */
function bookName(invite: Invite): string {
  return `certificates/${toBase64Url(invite.root)}`
}
