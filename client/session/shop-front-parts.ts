import type { OpenShop } from './open-shop.ts'
import type { SessionParts } from './session-parts.ts'
import type {
  Connection,
  ConversationSummary,
  DisclosureState,
  InviteSummary,
} from './snapshots.ts'

/** What the desk shows of an open shop. */
export type FrontSnapshot = {
  readonly shopName: string
  readonly inviteUrl: string
  readonly connection: Connection
  readonly conversations: readonly ConversationSummary[]
  readonly invites: readonly InviteSummary[]
  readonly inviteFailed: boolean
  readonly disclosure: DisclosureState
}

export type ShopFrontParts = {
  readonly session: SessionParts
  readonly shop: OpenShop
  /** One-time token that makes the service serve this shop, if there is one now. */
  readonly claim: () => string | null
}
