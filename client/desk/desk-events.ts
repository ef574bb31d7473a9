import type { ExportWords, FileToSave } from '../session/snapshots.ts'
import { TRAVELS } from '../view/events.ts'

/*
 * What only the desk's elements say to the page around them. Those with an `answer` are questions:
 * who listens fills it in before `dispatchEvent` returns; `null` when nobody did.
 */

/** The merchant gives the passcode of a locked desk. */
export class UnlockEvent extends Event {
  constructor(readonly passcode: string) {
    super('hamsa-unlock', TRAVELS)
  }
}

/** Close the desk until the passcode is given. */
export class LockEvent extends Event {
  constructor() {
    super('hamsa-lock', TRAVELS)
  }
}

/** Sets, changes or (`null`) takes away the passcode. The answer tells whether that was stored. */
export class PasscodeEvent extends Event {
  answer: Promise<boolean> | null = null

  constructor(readonly passcode: string | null) {
    super('hamsa-passcode', TRAVELS)
  }
}

/** Bring a shop back from this file. */
export class RestoreEvent extends Event {
  constructor(
    readonly file: AsyncIterable<Uint8Array>,
    readonly passphrase: string,
  ) {
    super('hamsa-restore', TRAVELS)
  }
}

/** The merchant wants a recovery file under this passphrase. */
export class RecoveryFileEvent extends Event {
  answer: FileToSave | null = null

  constructor(readonly passphrase: string) {
    super('hamsa-recovery-file', TRAVELS)
  }
}

/** The merchant wants all conversations as a file that everyone can read. */
export class ReadableExportEvent extends Event {
  answer: FileToSave | null = null

  constructor(
    readonly format: 'html' | 'json',
    readonly words: ExportWords,
  ) {
    super('hamsa-readable-export', TRAVELS)
  }
}

/** Ask the browser to keep the data for good. */
export class AskToPersistEvent extends Event {
  constructor() {
    super('hamsa-ask-to-persist', TRAVELS)
  }
}

/** A link for one person; `null` is for ever. */
export class MakeInviteEvent extends Event {
  constructor(
    readonly inviteName: string,
    readonly lifetimeMs: number | null,
  ) {
    super('hamsa-make-invite', TRAVELS)
  }
}

/** This link shall open nothing any more. */
export class RevokeInviteEvent extends Event {
  constructor(readonly invite: string) {
    super('hamsa-revoke-invite', TRAVELS)
  }
}

/** Somewhere on the desk: show the dialog "Safety". */
export class OpenSafetyEvent extends Event {
  constructor() {
    super('hamsa-open-safety', TRAVELS)
  }
}

declare global {
  interface HTMLElementEventMap {
    'hamsa-unlock': UnlockEvent
    'hamsa-lock': LockEvent
    'hamsa-passcode': PasscodeEvent
    'hamsa-restore': RestoreEvent
    'hamsa-recovery-file': RecoveryFileEvent
    'hamsa-readable-export': ReadableExportEvent
    'hamsa-ask-to-persist': AskToPersistEvent
    'hamsa-make-invite': MakeInviteEvent
    'hamsa-revoke-invite': RevokeInviteEvent
    'hamsa-open-safety': OpenSafetyEvent
  }
}
