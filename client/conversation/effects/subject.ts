import { isEditOf } from '../deletion-rule.ts'
import { codeOf } from '../kind.ts'
import type { PlacedEntry } from './placed-entry.ts'
import type { MessageEffect } from './message-effect.ts'

/** One entry, here or only named so far, and what points at it. */
export type Subject = {
  /** `null` while only others have named it. After a deletion that counts its body is gone here too. */
  entry: PlacedEntry | null
  /** What this edit or reaction points at. */
  target: Subject | null
  /** A deletion counts: of itself, or of the message that it edits. */
  isDeleted: boolean
  /** Whether it is its author's to write. */
  isAuthorised: boolean
  /** Deletions that came before the entry itself. */
  waitingDeletes: PlacedEntry[]
  readonly edits: Subject[]
  readonly reactions: Subject[]
  /** `undefined` until asked for, and again after any change. */
  effect: MessageEffect | null | undefined
}

export function makeSubject(): Subject {
  return {
    entry: null,
    target: null,
    isDeleted: false,
    isAuthorised: false,
    waitingDeletes: [],
    edits: [],
    reactions: [],
    effect: undefined,
  }
}

/** Whether an edit is by its target's author, and of a kind that can be edited. */
export function countsAsEdit(edit: Subject, target: Subject): boolean {
  if (edit.entry === null || target.entry === null) return false
  const { author, body } = target.entry
  return isEditOf(edit.entry, { author, kind: codeOf(body) })
}

/** What is left of an entry whose body goes. */
export function strippedOf(entry: PlacedEntry): PlacedEntry {
  return { ...entry, body: { kind: 'deleted', code: codeOf(entry.body) } }
}

export function isStripped(entry: PlacedEntry): boolean {
  return entry.body.kind === 'deleted'
}
