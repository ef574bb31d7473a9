import {
  isCode,
  isFlag,
  isListOf,
  isNumber,
  isOrNull,
  isRecordOf,
  isText,
  isType,
  isUnionOf,
} from '../tabs/shape.ts'
import type {
  ConversationSummary,
  DeskSnapshot,
  InviteSummary,
  RestoreProblem,
  RestoreState,
  ShopNameProblem,
} from './snapshots.ts'
import {
  isConnection,
  isDisclosureState,
  isDurability,
  isObstacle,
  isThread,
} from './thread-shape.ts'

const isShopNameProblem = isCode<ShopNameProblem>({
  empty: true,
  'too-long': true,
  'control-characters': true,
})

const isRestoreProblem = isCode<RestoreProblem>({
  'not-a-backup': true,
  'newer-version': true,
  'wrong-passphrase': true,
  damaged: true,
  'cut-short': true,
  'no-memory': true,
  unfit: true,
  storage: true,
})

const isRestoreState = isUnionOf<RestoreState>({
  idle: isRecordOf({ type: isType('idle') }),
  busy: isRecordOf({ type: isType('busy'), records: isNumber }),
  failed: isRecordOf({ type: isType('failed'), problem: isRestoreProblem }),
})

const isSummary = isRecordOf<ConversationSummary>({
  id: isText,
  shopperKey: isText,
  label: isOrNull(isText),
  lastText: isOrNull(isText),
  lastTimeMs: isNumber,
  lastMine: isFlag,
  unread: isNumber,
  isOtherWriting: isFlag,
  connection: isConnection,
})

const isInvite = isRecordOf<InviteSummary>({
  id: isText,
  name: isText,
  url: isText,
  expiresAtMs: isOrNull(isNumber),
  state: isCode<InviteSummary['state']>({ open: true, used: true, expired: true, revoked: true }),
})

/** The desk as the leading tab tells the others of it. */
export const isDeskSnapshot = isUnionOf<DeskSnapshot>({
  loading: isRecordOf({ type: isType('loading') }),
  elsewhere: isRecordOf({ type: isType('elsewhere') }),
  obstacle: isRecordOf({ type: isType('obstacle'), obstacle: isObstacle }),
  locked: isRecordOf({
    type: isType('locked'),
    problem: isOrNull(isCode<'wrong' | 'too-early'>({ wrong: true, 'too-early': true })),
    retryAtMs: isNumber,
    busy: isFlag,
  }),
  welcome: isRecordOf({
    type: isType('welcome'),
    problem: isOrNull(isShopNameProblem),
    creating: isFlag,
    restore: isRestoreState,
  }),
  open: isRecordOf({
    type: isType('open'),
    shopName: isText,
    inviteUrl: isText,
    inviteIsLocal: isFlag,
    connection: isConnection,
    conversations: isListOf(isSummary),
    thread: isOrNull(isThread),
    recoverySaved: isFlag,
    durability: isDurability,
    hasPasscode: isFlag,
    invites: isListOf(isInvite),
    inviteFailed: isFlag,
    disclosure: isDisclosureState,
  }),
})
