import type { Disclosure } from '../session/snapshots.ts'

/*
 * What the elements say to the page around them. They cross shadow roots, so that the page listens
 * once; each carries only its own field.
 */
export const TRAVELS = { bubbles: true, composed: true }

/** The person wants this text sent. */
export class SendEvent extends Event {
  constructor(readonly text: string) {
    super('hamsa-send', TRAVELS)
  }
}

/** Another try for a message that failed. */
export class RetryEvent extends Event {
  constructor(readonly messageKey: string) {
    super('hamsa-retry', TRAVELS)
  }
}

/** A message that cannot be sent as it is goes back to where one writes. */
export class EditEvent extends Event {
  constructor(
    readonly messageKey: string,
    readonly text: string,
  ) {
    super('hamsa-edit', TRAVELS)
  }
}

/** What is being written has changed; `active` while there is something of it. */
export class WroteEvent extends Event {
  constructor(readonly active: boolean) {
    super('hamsa-wrote', TRAVELS)
  }
}

/** This message of the other side, the newest, is in view. */
export class ShownEvent extends Event {
  constructor(readonly messageKey: string) {
    super('hamsa-shown', TRAVELS)
  }
}

/** The person chooses what the other side may know. */
export class DiscloseEvent extends Event {
  constructor(readonly disclosure: Disclosure) {
    super('hamsa-disclose', TRAVELS)
  }
}

/** Desk: the merchant has named the shop. */
export class CreateShopEvent extends Event {
  constructor(readonly shopName: string) {
    super('hamsa-create-shop', TRAVELS)
  }
}

/** Desk: show this conversation. */
export class OpenConversationEvent extends Event {
  constructor(readonly conversation: string) {
    super('hamsa-open-conversation', TRAVELS)
  }
}

/** Desk: back to the list. */
export class CloseConversationEvent extends Event {
  constructor() {
    super('hamsa-close-conversation', TRAVELS)
  }
}

/** Chat: the shopper agrees to begin. */
export class StartEvent extends Event {
  constructor() {
    super('hamsa-start', TRAVELS)
  }
}

/** The safety number of what is open is about to be looked at. */
export class ShowSafetyNumberEvent extends Event {
  constructor() {
    super('hamsa-show-safety-number', TRAVELS)
  }
}

declare global {
  interface HTMLElementEventMap {
    'hamsa-send': SendEvent
    'hamsa-retry': RetryEvent
    'hamsa-edit': EditEvent
    'hamsa-wrote': WroteEvent
    'hamsa-shown': ShownEvent
    'hamsa-disclose': DiscloseEvent
    'hamsa-create-shop': CreateShopEvent
    'hamsa-open-conversation': OpenConversationEvent
    'hamsa-close-conversation': CloseConversationEvent
    'hamsa-start': StartEvent
    'hamsa-show-safety-number': ShowSafetyNumberEvent
  }
}
