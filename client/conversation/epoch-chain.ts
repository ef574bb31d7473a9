import {
  compareBytes,
  equalBytes,
  toBase64Url,
  type BoxPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import type { Epoch } from './entry-seal.ts'
import { epochOf, type EpochOpening, type OpeningId } from './epoch-opening.ts'
import type { Head, WriterId } from './log.ts'
import { writerKeyOf } from './writer-key.ts'

/** Openings of one number that are kept; more of one number are a fault of the shop's own devices. */
const MAX_RIVALS = 16

/** One epoch that has begun. */
type Begun = {
  readonly opening: EpochOpening
  readonly members: ReadonlySet<string>
  /** Writer → first sequence that belongs to this epoch. */
  readonly bases: ReadonlyMap<string, number>
}

export type AddedOpening =
  /** Taken; the open epoch may be another now. */
  | 'added'
  | 'known'
  /** It follows an opening that is not known here. */
  | 'orphan'
  /** It takes back what the one before has cut, or there are too many of its number. */
  | 'refused'

/**
 * The epochs of a log, in the order of their openings. Of several openings of one number the longest
 * line wins, then the lower id, so that all who know the same openings have the same epochs.
 *
 * Which epoch an entry belongs to follows from its writer and sequence alone: the first one whose
 * successor's cut does not leave it behind. So an entry written before an opening that had not seen
 * it belongs to the new epoch by itself, and is sealed again, never signed again.
 */
export class EpochChain {
  readonly #first: Epoch
  readonly #self: { readonly key: SigningPublicKey; readonly box: BoxPair }
  readonly #known = new Map<string, EpochOpening>()
  readonly #keys = new Map<string, Epoch | null>()
  #line: readonly Begun[] = []

  constructor(first: Epoch, self: { readonly key: SigningPublicKey; readonly box: BoxPair }) {
    this.#first = first
    this.#self = self
  }

  /** Number of the open epoch. */
  get number(): number {
    return this.#first.number + this.#line.length
  }

  /** The opening of the open epoch; `null` while it is the first. */
  get tip(): EpochOpening | null {
    return this.#line.at(-1)?.opening ?? null
  }

  /** Takes an opening whose signature and right to open have been proven. */
  add(opening: EpochOpening): AddedOpening {
    const name = toBase64Url(opening.id)
    if (this.#known.has(name)) return 'known'
    const before = opening.before === null ? null : this.#find(opening.before)
    if (before === null ? opening.number !== 1 : before.number + 1 !== opening.number) {
      return 'orphan'
    }
    if (before !== null && !isLater(opening.cut, before.cut)) return 'refused'
    const rivals = [...this.#known.values()].filter(({ number }) => number === opening.number)
    if (rivals.length >= MAX_RIVALS) return 'refused'
    this.#known.set(name, opening)
    this.#line = this.#bestLine().map(beginOf)
    return 'added'
  }

  /** The key of an epoch; `null` for one that is not there or not given to this side. */
  epoch(number: number): Epoch | null {
    if (number === this.#first.number) return this.#first
    const opening = this.#begun(number)?.opening
    if (opening === undefined) return null
    const name = toBase64Url(opening.id)
    const known = this.#keys.get(name)
    if (known !== undefined) return known
    const epoch = epochOf(opening, this.#self)
    this.#keys.set(name, epoch)
    return epoch
  }

  /** First sequence of a writer that belongs to an epoch. */
  base(number: number, author: SigningPublicKey, writer: WriterId): number {
    return this.#begun(number)?.bases.get(writerKeyOf(author, writer)) ?? 0
  }

  /** Which epoch an entry belongs to. */
  numberOf(author: SigningPublicKey, writer: WriterId, sequence: number): number {
    const name = writerKeyOf(author, writer)
    for (let number = this.number; number > this.#first.number; number--) {
      if (sequence >= (this.#begun(number)?.bases.get(name) ?? 0)) return number
    }
    return this.#first.number
  }

  /** Whether a key belongs to an epoch. Who belongs to the first is not written down: the membership says. */
  isMember(number: number, key: SigningPublicKey): boolean {
    return this.#begun(number)?.members.has(toBase64Url(key)) ?? number === this.#first.number
  }

  /** What is kept of the openings, each after the one it follows. */
  all(): readonly EpochOpening[] {
    return [...this.#known.values()].sort((left, right) => left.number - right.number)
  }

  /** The line of openings from a number on. */
  line(from: number): readonly EpochOpening[] {
    return this.#line.map(({ opening }) => opening).filter(({ number }) => number >= from)
  }

  #begun(number: number): Begun | undefined {
    return this.#line[number - this.#first.number - 1]
  }

  #find(id: OpeningId): EpochOpening | null {
    return this.#known.get(toBase64Url(id)) ?? null
  }

  #bestLine(): EpochOpening[] {
    let best: EpochOpening | null = null
    for (const opening of this.#known.values()) {
      if (best === null || isBetterTip(opening, best)) best = opening
    }
    const line: EpochOpening[] = []
    for (let next = best; next !== null;) {
      line.unshift(next)
      next = next.before === null ? null : this.#find(next.before)
    }
    return line
  }
}

function isBetterTip(left: EpochOpening, right: EpochOpening): boolean {
  if (left.number !== right.number) return left.number > right.number
  return compareBytes(left.id, right.id) < 0
}

/** Whether a cut takes nothing back of an earlier one. */
function isLater(later: readonly Head[], earlier: readonly Head[]): boolean {
  const heads = new Map(later.map((head) => [writerKeyOf(head.author, head.writer), head]))
  return earlier.every((before) => {
    const after = heads.get(writerKeyOf(before.author, before.writer))
    if (after === undefined || after.sequence < before.sequence) return false
    return after.sequence > before.sequence || equalBytes(after.id, before.id)
  })
}

function beginOf(opening: EpochOpening): Begun {
  return {
    opening,
    members: new Set(opening.members.map(({ key }) => toBase64Url(key))),
    bases: new Map(
      opening.cut.map(({ author, writer, sequence }) => [
        writerKeyOf(author, writer),
        sequence + 1,
      ]),
    ),
  }
}
