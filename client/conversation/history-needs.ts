import { nextWant, otherHistories, unknownHeads, type Want } from './history.ts'
import type { LogContents } from './log-contents.ts'
import type { Head, Verdict } from './log.ts'

/** What a log is to ask its peers for; remembers why frames are held. */
export class HistoryNeeds {
  readonly #contents: LogContents
  /** A frame named what is not known here: nobody may be able to send it but for a want. */
  #isBehind = false
  /** Closed epochs were missing when heads were last met: that is why frames are held. */
  #isCatchingUp = false

  constructor(contents: LogContents) {
    this.#contents = contents
  }

  /** A frame of the open epoch was judged. */
  judged(verdict: Verdict): void {
    const isMissingCauses = verdict.type === 'hold' && verdict.reason === 'missing-parents'
    this.#isBehind = verdict.type === 'refuse' || isMissingCauses
  }

  /** The next closed epoch to ask a peer for, as if all that is `awaited` from it had come. */
  wantBeyond(heads: readonly Head[], awaited: readonly Want[]): Want | null {
    const { known, epochs } = this.#contents
    return nextWant(known, epochs.chain, heads, awaited)
  }

  /** What to ask the peer for that has signed these heads. */
  wantsOf(heads: readonly Head[]): readonly Want[] {
    const { known, epochs } = this.#contents
    const { chain } = epochs
    const isInDoubt = ({ author }: Head) => this.#isBehind && this.#contents.isMarked(author)
    const others = otherHistories(known, chain, heads, isInDoubt)
    const missing = nextWant(known, chain, heads)
    const isWaiting = this.#isBehind && !this.#isCatchingUp && missing === null
    const unknown = isWaiting ? unknownHeads(known, chain, heads) : null
    this.#isBehind = this.#isBehind && others === null && !isWaiting
    this.#isCatchingUp = missing !== null
    return [others, missing, unknown].filter((want) => want !== null)
  }
}
