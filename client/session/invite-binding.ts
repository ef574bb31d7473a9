import type { InviteJudgement } from '../staff/invite-book.ts'
import { StorageError } from '../storage/ports.ts'
import type { DeskConversation } from './desk-conversation.ts'
import type { ShopInvites } from './shop-invites.ts'

export type InviteBindingParts = {
  readonly invites: ShopInvites
  /** Ends the visit of who may not come in by this invite, and says why. */
  readonly turnOut: (
    conversation: DeskConversation,
    reason: Exclude<InviteJudgement, 'open'>,
  ) => void
  /** All that was stored of this conversation is gone. */
  readonly onErased: (conversation: DeskConversation) => void
}

/**
 * Binds the use of an invite to who speaks by it.
 *
 * - The shopper's first words in a visit take the use of its invite; a look takes nothing.
 * - Of two who came by one link at once, the second to speak is turned out; nothing of them is kept,
 *   unless they were known before.
 */
export class InviteBinding {
  readonly #parts: InviteBindingParts
  readonly #underWay = new Set<DeskConversation>()

  constructor(parts: InviteBindingParts) {
    this.#parts = parts
  }

  /** Whether this conversation is being judged just now: it may be about to go. */
  isUnderWay(conversation: DeskConversation): boolean {
    return this.#underWay.has(conversation)
  }

  /** Called after each change of a conversation. */
  async bind(conversation: DeskConversation): Promise<void> {
    const inviteId = conversation.inviteInUse
    if (inviteId === null || this.#underWay.has(conversation)) return
    this.#underWay.add(conversation)
    try {
      const { invites, turnOut, onErased } = this.#parts
      const judgement = await invites.use(inviteId, conversation.record.shopper)
      if (judgement === 'open') return conversation.bound()
      turnOut(conversation, judgement)
      if (!conversation.isStrangers) return
      await conversation.erase()
      onErased(conversation)
    } catch (error) {
      // The conversation stays as it is; its next change, or the next start, tries again.
      if (!(error instanceof StorageError)) throw error
    } finally {
      this.#underWay.delete(conversation)
    }
  }

  /** At the start: whoever had spoken when an earlier page could not store it. Throws `StorageError`. */
  async bindEarlier(conversation: DeskConversation): Promise<void> {
    const { invites } = this.#parts
    const { shopper, inviteId } = conversation.record
    if (!conversation.hasSpoken || invites.isHolder(shopper)) return
    await invites.use(inviteId, shopper)
  }
}
