import type { SigningPublicKey } from '@hamsa/crypto'
import type { EntryId } from '../log.ts'

/** What a message list shows of one entry. Never changes; the same object until an entry comes that points at the message. */
export type MessageEffect = {
  /** The words as they are now; `null` for what is no text or reply, and after a deletion. */
  readonly text: string | null
  readonly edited: boolean
  readonly deleted: boolean
  /** Emoji → who reacts with it; both in log order. */
  readonly reactions: ReadonlyMap<string, readonly SigningPublicKey[]>
  /** Ask for the target's own effect to show it; `null` there means that it is not here. */
  readonly replyTo: EntryId | null
}

/** Shared, so never written to. */
export const NO_REACTIONS: MessageEffect['reactions'] = new Map()

export const DELETED: MessageEffect = Object.freeze({
  text: null,
  edited: false,
  deleted: true,
  reactions: NO_REACTIONS,
  replyTo: null,
})
