import { judgeRead, type Judgement, type ReadUpdate, type SealedForms } from './gate.ts'
import { HeldFrames, isBeforeItsTime } from './held-frames.ts'
import type { LogContents } from './log-contents.ts'
import type { Entry, Verdict } from './log.ts'
import type { OwnWriter } from './own-writer.ts'
import type { UpdateItem } from './update-item.ts'

/** More entries at once are no talk that somebody waits for. */
const MAX_DRAWN_AT_ONCE = 8

export type IntakeLog = {
  readonly isClosed: () => boolean
  /** What is on screen has changed. */
  readonly tell: () => void
}

/** Lets what was judged of others' entries have its effect: known, drawn, stored, or held until history is here. */
export class EntryIntake {
  readonly #contents: LogContents
  readonly #writer: OwnWriter
  readonly #log: IntakeLog
  /** Of the open epoch. */
  #held = new HeldFrames()

  constructor(contents: LogContents, writer: OwnWriter, log: IntakeLog) {
    this.#contents = contents
    this.#writer = writer
    this.#log = log
  }

  /** What was read of this item before, while it waited. */
  recall(item: UpdateItem): ReturnType<HeldFrames['recall']> {
    return this.#held.recall(item)
  }

  /** Keeps a frame of which it was judged that history is missing; only while it is. */
  hold(read: ReadUpdate, verdict: Verdict): void {
    if (isBeforeItsTime(verdict) && !this.#contents.hasAllOfCut()) this.#held.keep(read)
  }

  /** Another epoch has opened. */
  turned(): void {
    this.#held = new HeldFrames()
  }

  async take({ verdict, fresh, proven, sealed }: Judgement): Promise<Verdict> {
    if (this.#log.isClosed()) return { type: 'hold', reason: 'closed' }
    // Before anything else happens: a held or refused frame, too, tells that another storage writes under this name.
    if (proven.some((entry) => this.#writer.isOf(entry))) await this.#writer.renew()
    const convicted = verdict.type === 'refuse' ? verdict.author : undefined
    const isNewMark = convicted !== undefined && this.#contents.mark(convicted)
    if (fresh.length === 0) {
      if (isNewMark) this.#log.tell()
      return verdict
    }
    await this.#keep(this.#contents.toKeep(fresh), sealed)
    return verdict
  }

  /** Frames of the open epoch that waited for history, once all of it is here. */
  async takeHeld(): Promise<void> {
    if (!this.#contents.hasAllOfCut()) return
    for (const read of this.#held.takeAll()) {
      const judgement = judgeRead(read, this.#contents.context())
      // What convicts convicts when it is sent again: nobody has sent it now.
      if (judgement.verdict.type === 'accept') await this.take(judgement)
    }
  }

  /** What is said just now is on screen while it is being written; a long talk is drawn once a part. */
  async #keep(entries: readonly Entry[], sealed?: SealedForms): Promise<void> {
    const stored = this.#contents.keeper.keep(entries)
    const isDrawnAtOnce = entries.length <= MAX_DRAWN_AT_ONCE
    const drawn = new Promise<void>((resolve) => {
      if (isDrawnAtOnce) {
        this.#contents.add(entries, sealed)
        this.#log.tell()
      }
      resolve()
    })
    await Promise.allSettled([stored, drawn])
    if (!isDrawnAtOnce) this.#contents.add(entries, sealed)
    try {
      await this.#contents.settle(entries)
    } finally {
      this.#log.tell()
    }
    await Promise.all([stored, drawn]) // what fails in a way that nobody foresaw is kept in memory, and reported
  }
}
