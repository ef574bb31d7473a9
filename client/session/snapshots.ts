import type { Durability } from '../storage/ports.ts'

/*
 * What the screens are drawn from. Each screen is a function of one of these; every text that a
 * person reads is made by the view from these codes.
 */

/** What the sender is told of one message. */
export type MessageState =
  /** Being written to this browser's storage. */
  | 'storing'
  /** Stored here; the link is not open. */
  | 'waiting'
  /** Stored here; the link is open, no receipt yet. */
  | 'sending'
  /** A device of the other side holds it. */
  | 'delivered'
  /** The shop has promised to keep it. */
  | 'kept'
  | 'seen'
  /** Not stored and not sent; the text is kept for another try. */
  | 'failed-too-large'
  | 'failed-storage-full'
  | 'failed-storage'
  /** The shop has closed this conversation to this side. */
  | 'failed-removed'

export type Message = {
  /** Stable for the life of the message on screen. */
  readonly key: string
  readonly mine: boolean
  readonly text: string
  readonly wallTimeMs: number
  /** More than ten minutes ahead of our clock, or behind the newest message before it. */
  readonly timeDoubtful: boolean
  /** Only for own messages. */
  readonly state: MessageState | null
}

/** The connection, as the status line tells it. */
export type Connection =
  /** The signalling service is not reachable. */
  | { readonly type: 'offline' }
  | { readonly type: 'connecting' }
  /** Desk: listening for shoppers. */
  | { readonly type: 'ready' }
  /** The other side is not here now. */
  | { readonly type: 'away' }
  /** Relayed, proven on the live connection. */
  | { readonly type: 'connected' }
  | { readonly type: 'no-relay' }
  /** The service serves known shops alone, and this is none of them. */
  | { readonly type: 'unknown-shop' }
  | { readonly type: 'relay-not-proven' }
  /** A part of the page itself could not be loaded. */
  | { readonly type: 'not-loaded' }
  | { readonly type: 'peer-refused' }

/** What the person lets the other side know of them, beside what they send. */
export type Disclosure = {
  /** What was seen. */
  readonly seen: boolean
  /** That one is writing; never what. */
  readonly typing: boolean
}

/** The choice as a screen shows it. */
export type DisclosureState = Disclosure & {
  /** Whether it outlives a reload: it could be stored. */
  readonly stored: boolean
}

export type Thread = {
  readonly conversation: string
  readonly messages: readonly Message[]
  readonly connection: Connection
  /** The last message could not be stored; it is on screen only. */
  readonly storageFailed: boolean
  /** Messages of the other side that are on screen but could not be stored. */
  readonly unstored: number
  /** Stored pieces that could not be read; the other side sends them again when it is here. */
  readonly damaged: number
  /** The other side has signed two histories: the first of them is shown. */
  readonly twoHistories: boolean
  /** The other side is writing, and lets that be known. */
  readonly isOtherWriting: boolean
  /** 12 groups of 5 digits, the same on both screens; `null` until asked for. */
  readonly safetyNumber: readonly string[] | null
}

/** Why a page cannot work at all. */
export type Obstacle =
  'insecure-origin' | 'storage-unavailable' | 'storage-newer' | 'storage-corrupt' | 'webrtc-missing'

export type ShopNameProblem = 'empty' | 'too-long' | 'control-characters'

export type ConversationSummary = {
  readonly id: string
  /** Seeds the avatar; base64url of the shopper's key. */
  readonly shopperKey: string
  /** What the shop called the link for one person by which they came. */
  readonly label: string | null
  readonly lastText: string | null
  readonly lastTimeMs: number
  readonly lastMine: boolean
  readonly unread: number
  readonly isOtherWriting: boolean
  readonly connection: Connection
}

/** A file for the person to keep. */
export type FileToSave = {
  readonly name: string
  readonly mediaType: string
  readonly chunks: AsyncIterable<Uint8Array>
}

export type RestoreProblem =
  | 'not-a-backup'
  | 'newer-version'
  | 'wrong-passphrase'
  | 'damaged'
  | 'cut-short'
  /** The passphrase could not be tried here: it takes 128 MiB of memory. */
  | 'no-memory'
  /** Whole, but its parts do not belong together, or it is no shop's. */
  | 'unfit'
  | 'storage'

/** Taking in a recovery file on an empty desk. */
export type RestoreState =
  | { readonly type: 'idle' }
  | { readonly type: 'busy'; readonly records: number }
  | { readonly type: 'failed'; readonly problem: RestoreProblem }

/** A link for one person, as the desk lists it. */
export type InviteSummary = {
  readonly id: string
  /** The shop's own words for whom it is. */
  readonly name: string
  readonly url: string
  /** Unix milliseconds; `null` never. */
  readonly expiresAtMs: number | null
  readonly state: 'open' | 'used' | 'expired' | 'revoked'
}

export type DeskSnapshot =
  | { readonly type: 'loading' }
  /** The desk is open in another tab of this browser, which this one cannot follow. */
  | { readonly type: 'elsewhere' }
  | { readonly type: 'obstacle'; readonly obstacle: Obstacle }
  /** A passcode guards the desk. Before `retryAtMs` no try is taken. */
  | {
      readonly type: 'locked'
      readonly problem: 'wrong' | 'too-early' | null
      readonly retryAtMs: number
      readonly busy: boolean
    }
  | {
      readonly type: 'welcome'
      readonly problem: ShopNameProblem | null
      readonly creating: boolean
      readonly restore: RestoreState
    }
  | {
      readonly type: 'open'
      readonly shopName: string
      readonly inviteUrl: string
      /** The link works on this computer only: the service listens on loopback. */
      readonly inviteIsLocal: boolean
      readonly connection: Connection
      readonly conversations: readonly ConversationSummary[]
      readonly thread: Thread | null
      /** No recovery file yet: the shop lives only in this browser. */
      readonly recoverySaved: boolean
      /** Whether the browser has promised to keep the data. */
      readonly durability: Durability
      readonly hasPasscode: boolean
      /** Links for one person each, the newest first. */
      readonly invites: readonly InviteSummary[]
      /** The last link for one person could not be made or taken back: it could not be stored. */
      readonly inviteFailed: boolean
      readonly disclosure: DisclosureState
    }

/** What both sides can do in the conversation that is on the screen. */
export interface ThreadActions {
  send(text: string): void
  /** Another try for a message that was not stored. */
  retry(messageKey: string): void
  /** Takes a message that was not stored off the screen. */
  discard(messageKey: string): void
  /** This message, and what stands above it, is in view. */
  shown(messageKey: string): void
  /** What is being written has changed; not active when nothing is left of it. */
  wrote(active: boolean): void
  showSafetyNumber(): void
  /** What the other side may know. */
  disclose(disclosure: Disclosure): void
}

export interface DeskActions extends ThreadActions {
  createShop(name: string): void
  /** Takes in a recovery file in place of making a shop. */
  restore(file: AsyncIterable<Uint8Array>, passphrase: string): void
  unlock(passcode: string): void
  /** Closes the desk until the passcode is given; does nothing without one. */
  lock(): void
  /** Sets, changes or (`null`) takes away the passcode. Whether that was stored. */
  setPasscode(passcode: string | null): Promise<boolean>
  /** Everything of the shop, sealed under a passphrase; counts as saved once all of it was read. */
  recoveryFile(passphrase: string): FileToSave
  /** All conversations, readable by everyone who gets the file. */
  readableExport(format: 'html' | 'json', words: ExportWords): FileToSave
  /** Asks the browser to keep the data for good. */
  askToPersist(): void
  /** A link for one person, good for so long; `null` for ever. */
  makeInvite(name: string, lifetimeMs: number | null): void
  revokeInvite(id: string): void
  openConversation(id: string): void
  closeConversation(): void
}

export type InviteProblem =
  /** Nothing after `#`, and nothing remembered: the page was opened without an invite. */
  | 'missing'
  /** Cut short, or changed on the way. */
  | 'malformed'
  /** Made by a newer Hamsa. */
  | 'unknown-version'
  /** A kind of invite that this page cannot open. */
  | 'unknown-kind'

/** Who one is about to talk to, from the signed card in the invite. */
export type ShopCard = {
  readonly name: string
  readonly colour: string | null
  /** base64url of the shop's root key. */
  readonly rootKey: string
}

/** `foreign`: the shop does not know this invite at all. */
export type Refusal = 'used-up' | 'expired' | 'revoked' | 'closed' | 'foreign'

export type ChatSnapshot =
  | { readonly type: 'loading' }
  | { readonly type: 'elsewhere' }
  | { readonly type: 'obstacle'; readonly obstacle: Obstacle }
  | { readonly type: 'bad-invite'; readonly problem: InviteProblem }
  | { readonly type: 'preview'; readonly shop: ShopCard; readonly starting: boolean }
  | {
      readonly type: 'open'
      readonly shop: ShopCard
      readonly thread: Thread
      /** The shop refused the visit, from its own answer. */
      readonly refusal: Refusal | null
      /** Whether the browser has promised to keep the data. */
      readonly durability: Durability
      readonly disclosure: DisclosureState
    }

/** What a readable export says around the messages, in the person's language. */
export type ExportWords = {
  readonly title: string
  readonly shop: string
  readonly shopper: string
  readonly deleted: string
  readonly edited: string
  readonly direction: 'rtl' | 'ltr'
  readonly language: 'ar' | 'en'
  /** What the desk calls these shoppers, by their keys in base64url, the earliest first. */
  readonly names: (shopperKeys: readonly string[]) => ReadonlyMap<string, string>
}

export interface ChatActions extends ThreadActions {
  start(): void
}

/** What a page's session offers its screen. */
export interface Session<Snapshot> {
  snapshot(): Snapshot
  subscribe(listener: () => void): () => void
  /** The page is shown again, or the network is back: reconnects at once. */
  wake(): void
  close(): void
}
export type DeskSession = Session<DeskSnapshot> & DeskActions
export type ChatSession = Session<ChatSnapshot> & ChatActions
