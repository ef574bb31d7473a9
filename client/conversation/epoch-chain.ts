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
import { keyTextOf, writerKeyOf } from './writer-key.ts'

/** Openings of one number that are kept; more of one number are a fault of the shop's own devices. */
const MAX_RIVALS = 16

export type EpochChainParts = {
  /** Seals the entries of epoch 0. */
  readonly firstKey: Uint8Array
  readonly self: { readonly key: SigningPublicKey; readonly box: BoxPair }
  /** Whether the author of an opening has been revoked since. */
  readonly isRevoked: (opening: EpochOpening) => boolean
}

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
  /** Its author was no member of the epoch before, it takes back what that one's cut had, or there are too many of its number. */
  | 'refused'

/**
 * The epochs of a log, in the order of their openings. Of several openings of one number the longest
 * line wins, then the lower id, so that all who know the same openings have the same epochs. Lines
 * whose last opening is by a revoked device lose to all others, however long they are.
 *
 * Which epoch an entry belongs to follows from its writer and sequence alone: the first one whose
 * successor's cut does not leave it behind. So an entry written before an opening that had not seen
 * it belongs to the new epoch by itself, and is sealed again, never signed again.
 */
export class EpochChain {
  readonly #parts: EpochChainParts
  readonly #known = new Map<string, EpochOpening>()
  readonly #keys = new Map<string, Epoch | null>()
  #line: readonly Begun[] = []

  constructor(parts: EpochChainParts) {
    this.#parts = parts
  }

  /** Number of the open epoch. */
  get number(): number {
    return this.#line.length
  }

  /** The opening of the open epoch; `null` while it is the first. */
  get tip(): EpochOpening | null {
    return this.#line.at(-1)?.opening ?? null
  }

  /** The open epoch; `null` for who was given no key of it. */
  get open(): Epoch | null {
    const { tip } = this
    if (tip === null) return { number: 0, tag: 0, key: this.#parts.firstKey }
    const name = toBase64Url(tip.id)
    const known = this.#keys.get(name)
    if (known !== undefined) return known
    const epoch = epochOf(tip, this.#parts.self)
    this.#keys.set(name, epoch)
    return epoch
  }

  has(id: OpeningId): boolean {
    return this.#known.has(toBase64Url(id))
  }

  /** Takes an opening whose signature and right to open have been proven. */
  add(opening: EpochOpening): AddedOpening {
    if (this.has(opening.id)) return 'known'
    const before = opening.before === null ? null : this.#find(opening.before)
    if (before === null ? opening.number !== 1 : before.number + 1 !== opening.number) {
      return 'orphan'
    }
    if (before !== null && !mayFollow(opening, before)) return 'refused'
    const rivals = [...this.#known.values()].filter(({ number }) => number === opening.number)
    if (rivals.length >= MAX_RIVALS && !this.#makeRoom(rivals)) return 'refused'
    this.#known.set(toBase64Url(opening.id), opening)
    this.refresh()
    return 'added'
  }

  /** Draws the line again: somebody may have been revoked since. */
  refresh(): void {
    this.#line = this.#bestLine().map(beginOf)
  }

  /** Puts out a rival by a revoked device, with what only revoked devices built on it; whether there was one that does not count. */
  #makeRoom(rivals: readonly EpochOpening[]): boolean {
    for (const rival of rivals) {
      if (equalBytes(rival.id, this.#begun(rival.number)?.opening.id ?? new Uint8Array())) continue
      const branch = new Map([[toBase64Url(rival.id), rival]])
      for (const opening of this.all()) {
        const { before } = opening
        if (before !== null && branch.has(toBase64Url(before))) {
          branch.set(toBase64Url(opening.id), opening)
        }
      }
      if (![...branch.values()].every((one) => this.#parts.isRevoked(one))) continue
      for (const name of branch.keys()) this.#known.delete(name)
      return true
    }
    return false
  }

  /** First sequence of a writer that belongs to an epoch. */
  base(number: number, author: SigningPublicKey, writer: WriterId): number {
    return this.#begun(number)?.bases.get(writerKeyOf(author, writer)) ?? 0
  }

  /** Which epoch an entry belongs to. */
  numberOf(author: SigningPublicKey, writer: WriterId, sequence: number): number {
    const name = writerKeyOf(author, writer)
    for (let number = this.number; number > 0; number--) {
      if (sequence >= (this.#begun(number)?.bases.get(name) ?? 0)) return number
    }
    return 0
  }

  /** Whether a key belongs to an epoch. Who belongs to the first is not written down: the membership says. */
  isMember(number: number, key: SigningPublicKey): boolean {
    return this.#begun(number)?.members.has(keyTextOf(key)) ?? number === 0
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
    return this.#line[number - 1]
  }

  #find(id: OpeningId): EpochOpening | null {
    return this.#known.get(toBase64Url(id)) ?? null
  }

  #bestLine(): EpochOpening[] {
    const followed = new Set<string>()
    for (const { before } of this.#known.values()) {
      if (before !== null) followed.add(toBase64Url(before))
    }
    let best: EpochOpening | null = null
    for (const [name, opening] of this.#known) {
      if (followed.has(name)) continue
      if (best === null || this.#isBetterTip(opening, best)) best = opening
    }
    const line: EpochOpening[] = []
    for (let next = best; next !== null;) {
      line.unshift(next)
      next = next.before === null ? null : this.#find(next.before)
    }
    return line
  }

  #isBetterTip(left: EpochOpening, right: EpochOpening): boolean {
    const { isRevoked } = this.#parts
    const difference = Number(isRevoked(left)) - Number(isRevoked(right))
    if (difference !== 0) return difference < 0
    if (left.number !== right.number) return left.number > right.number
    return compareBytes(left.id, right.id) < 0
  }
}

/** Only who belongs to an epoch ends it, and nobody takes back what an earlier cut has. */
function mayFollow(opening: EpochOpening, before: EpochOpening): boolean {
  const isMember = before.members.some(({ key }) => equalBytes(key, opening.author))
  return isMember && isLater(opening.cut, before.cut)
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
