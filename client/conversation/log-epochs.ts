import { compareBytes, equalBytes, toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import { ClientIds } from './client-ids.ts'
import type { Epoch } from './entry-seal.ts'
import { EpochChain } from './epoch-chain.ts'
import { parseOpening, verifyOpening, type EpochOpening } from './epoch-opening.ts'
import type { EpochPlaces } from './gate.ts'
import type { LogParts } from './log-parts.ts'
import type { Entry } from './log.ts'

/** What came of openings that a peer told of. */
export type TakenOpenings = {
  /** Whether another epoch is open now. */
  readonly turned: boolean
  /** From which number on to tell that peer one's own line in turn; `null` when both know the same. */
  readonly tell: number | null
}

/** Stands for the key of an epoch that was not given to this side. */
const NO_KEY = new Uint8Array(32)

/** The epochs of one log as this side knows them: stored before they count. */
export class LogEpochs implements EpochPlaces {
  readonly chain: EpochChain
  readonly #parts: LogParts
  #clients: ClientIds

  constructor(parts: LogParts) {
    this.#parts = parts
    this.chain = this.#emptyChain()
    this.#clients = new ClientIds(parts.ref.id, 0)
  }

  /** Takes in what was stored; it was proven before. Throws `StorageError`. */
  async load(): Promise<void> {
    for (const bytes of await this.#parts.epochs.read()) {
      const opening = parseOpening(bytes)
      if (opening !== null) this.chain.add(opening)
    }
    this.#clients = new ClientIds(this.#parts.ref.id, this.number)
  }

  /** Number of the open epoch. */
  get number(): number {
    return this.chain.number
  }

  get clients(): ClientIds {
    return this.#clients
  }

  /** The open epoch; for who was removed one under which nothing opens, since no epoch has tag −1. */
  get epoch(): Epoch {
    return this.chain.open ?? { number: this.number, tag: -1, key: NO_KEY }
  }

  /** Whether this side was given the key of the open epoch. */
  get isMember(): boolean {
    return this.chain.open !== null
  }

  base({ author, writer }: Pick<Entry, 'author' | 'writer'>): number {
    return this.chain.base(this.number, author, writer)
  }

  /** Whether an entry belongs to the open epoch. */
  isOpen({ author, writer, sequence }: Entry): boolean {
    return this.chain.numberOf(author, writer, sequence) === this.number
  }

  /** Whether an entry's author was no member of its epoch: it is kept as a cause and never shown. */
  isVoid({ author, writer, sequence }: Entry): boolean {
    return !this.chain.isMember(this.chain.numberOf(author, writer, sequence), author)
  }

  /** Whether an author belongs to every epoch so far: no entry of theirs is void then. */
  isMemberThroughout(author: SigningPublicKey): boolean {
    for (let number = 0; number <= this.number; number++) {
      if (!this.chain.isMember(number, author)) return false
    }
    return true
  }

  /**
   * Takes encoded openings from a peer. What is no opening of this log by somebody who may open its
   * epochs is passed over. Throws `StorageError` when they cannot be stored; nothing has changed then.
   */
  async take(encoded: readonly Uint8Array[]): Promise<TakenOpenings> {
    const openings = encoded
      .map(parseOpening)
      .filter((opening) => opening !== null)
      .sort((left, right) => left.number - right.number)
    const signed: EpochOpening[] = []
    for (const opening of openings) {
      if (!this.chain.has(opening.id) && (await this.#isByTheShop(opening))) signed.push(opening)
    }
    const { turned, added, orphans } = await this.#adopt(this.#vouchedFor(signed))
    if (orphans > 0) return { turned, tell: 1 }
    const [first] = openings
    const { tip } = this.chain
    const isTheirs = openings.some(({ id }) => tip !== null && equalBytes(id, tip.id))
    const isNews = added > 0 || this.#isOvertaken(openings)
    const tell = !isNews || isTheirs || first === undefined ? null : first.number
    return { turned, tell }
  }

  /**
   * Whether a peer told of a line that is known here, and shorter than the one that counts (of equal
   * ones the higher id). Asked without regard to who is revoked, so that of two sides that cannot
   * agree one at most goes on telling.
   */
  #isOvertaken(openings: readonly EpochOpening[]): boolean {
    const { tip } = this.chain
    const last = openings.at(-1)
    if (tip === null || last === undefined || !this.chain.has(last.id)) return false
    return (
      tip.number > last.number || (tip.number === last.number && compareBytes(tip.id, last.id) < 0)
    )
  }

  /** Begins an epoch with one's own opening; `false` when it does not count. Throws `StorageError`; nothing has changed then. */
  async begin(opening: EpochOpening): Promise<boolean> {
    if (!(await this.#isByTheShop(opening)) || this.#isRevoked(opening)) return false
    return (await this.#adopt([opening])).turned
  }

  /** Somebody may have been revoked: whether another epoch is open for that. */
  refresh(): boolean {
    const before = this.chain.tip
    this.chain.refresh()
    return this.#hasTurned(before)
  }

  #hasTurned(before: EpochOpening | null): boolean {
    const turned = this.chain.tip !== before
    if (turned) this.#clients = new ClientIds(this.#parts.ref.id, this.number)
    return turned
  }

  /** Stores openings that are proven, then lets them count. */
  async #adopt(
    proven: readonly EpochOpening[],
  ): Promise<{ turned: boolean; added: number; orphans: number }> {
    const before = this.chain.tip
    const trial = this.#emptyChain()
    for (const opening of this.chain.all()) trial.add(opening)
    const results = proven.map((opening) => ({ opening, result: trial.add(opening) }))
    const fresh = results.filter(({ result }) => result === 'added')
    const orphans = results.filter(({ result }) => result === 'orphan').length
    if (fresh.length === 0) return { turned: false, added: 0, orphans }
    await this.#parts.epochs.write(trial.all().map(({ bytes }) => bytes))
    for (const { opening } of fresh) this.chain.add(opening)
    const turned = this.#hasTurned(before)
    return { turned, added: fresh.length, orphans }
  }

  /**
   * Without those by a revoked device that no other device has built on: it goes on signing, and
   * what it opened when it still might is told from that by who follows it. Given in ascending order.
   */
  #vouchedFor(openings: readonly EpochOpening[]): EpochOpening[] {
    const followed = new Set<string>()
    const vouched = openings.toReversed().filter((opening) => {
      if (this.#isRevoked(opening) && !followed.has(toBase64Url(opening.id))) return false
      if (opening.before !== null) followed.add(toBase64Url(opening.before))
      return true
    })
    return vouched.reverse()
  }

  /** Epochs are opened by shop devices only. */
  async #isByTheShop(opening: EpochOpening): Promise<boolean> {
    const { ref, membership } = this.#parts
    if (!equalBytes(opening.log, ref.id)) return false
    const role = membership.roleOf(opening.author, opening.certificate)
    return role !== null && role !== 'shopper' && (await verifyOpening(opening))
  }

  #isRevoked({ author, certificate }: EpochOpening): boolean {
    return this.#parts.membership.isRevoked?.(author, certificate) ?? false
  }

  #emptyChain(): EpochChain {
    const { firstKey, self } = this.#parts
    return new EpochChain({
      firstKey,
      self: { key: self.signing.publicKey, box: self.box },
      isRevoked: (opening) => this.#isRevoked(opening),
    })
  }
}
