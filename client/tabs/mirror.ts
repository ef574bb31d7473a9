import { applyPatch } from './patch.ts'
import type { Guard } from './shape.ts'

/** What a following tab shows: a leader's snapshot, kept in step by its changes. */
export class Mirror<Snapshot> {
  readonly leader: string
  readonly term: number
  readonly #isSnapshot: Guard<Snapshot>
  #version: number
  #snapshot: Snapshot

  private constructor(isSnapshot: Guard<Snapshot>, whole: Whole, snapshot: Snapshot) {
    this.leader = whole.from
    this.term = whole.term
    this.#isSnapshot = isSnapshot
    this.#version = whole.version
    this.#snapshot = snapshot
  }

  /** `null` for what is no snapshot. */
  static of<Snapshot>(isSnapshot: Guard<Snapshot>, whole: Whole): Mirror<Snapshot> | null {
    const { snapshot } = whole
    return isSnapshot(snapshot) ? new Mirror(isSnapshot, whole, snapshot) : null
  }

  get snapshot(): Snapshot {
    return this.#snapshot
  }

  /** Whether it fits on what is here; when it does not, the tab joins anew. */
  change(version: number, patch: unknown): boolean {
    if (version !== this.#version + 1) return false
    const after = applyPatch(this.#snapshot, patch)
    if (after === null) return false
    const { value } = after
    if (!this.#isSnapshot(value)) return false
    this.#snapshot = value
    this.#version = version
    return true
  }
}

type Whole = {
  readonly from: string
  readonly term: number
  readonly version: number
  readonly snapshot: unknown
}
