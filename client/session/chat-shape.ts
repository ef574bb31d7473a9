import { isCode, isFlag, isOrNull, isRecordOf, isText, isType, isUnionOf } from '../tabs/shape.ts'
import type { ChatSnapshot, InviteProblem, Refusal, ShopCard } from './snapshots.ts'
import { isDisclosureState, isDurability, isObstacle, isThread } from './thread-shape.ts'

const isShopCard = isRecordOf<ShopCard>({
  name: isText,
  colour: isOrNull(isText),
  rootKey: isText,
})

const isInviteProblem = isCode<InviteProblem>({
  missing: true,
  malformed: true,
  'unknown-version': true,
  'unknown-kind': true,
})

const isRefusal = isCode<Refusal>({
  'used-up': true,
  expired: true,
  revoked: true,
  closed: true,
  foreign: true,
})

/** The chat as the leading tab tells the others of it. */
export const isChatSnapshot = isUnionOf<ChatSnapshot>({
  loading: isRecordOf({ type: isType('loading') }),
  elsewhere: isRecordOf({ type: isType('elsewhere') }),
  obstacle: isRecordOf({ type: isType('obstacle'), obstacle: isObstacle }),
  'bad-invite': isRecordOf({ type: isType('bad-invite'), problem: isInviteProblem }),
  preview: isRecordOf({ type: isType('preview'), shop: isShopCard, starting: isFlag }),
  open: isRecordOf({
    type: isType('open'),
    shop: isShopCard,
    thread: isThread,
    refusal: isOrNull(isRefusal),
    durability: isDurability,
    disclosure: isDisclosureState,
  }),
})
