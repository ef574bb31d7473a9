import { ClientIds } from './client-ids.ts'
import type { Epoch } from './entry-seal.ts'
import { EpochChain } from './epoch-chain.ts'
import { parseOpening, verifyOpening, type EpochOpening } from './epoch-opening.ts'
import type { EpochPlaces } from './gate.ts'
import type { LogParts } from './log-parts.ts'
import type { Entry } from './log.ts'

/** The epochs of one log as this side knows them: stored before they count. */
export class LogEpochs implements EpochPlaces {
  readonly chain: EpochChain
  readonly #parts: LogParts
  #clients: ClientIds

  constructor(parts: LogParts) {
    const { self, firstKey, ref } = parts
    this.#parts = parts
    this.chain = new EpochChain(
      { number: 0, tag: 0, key: firstKey },
      { key: self.signing.publicKey, box: self.box },
    )
    this.#clients = new ClientIds(ref.id, 0)
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

  /** The open epoch; without a key of its own for who was removed: nothing opens under it, and nothing is sealed. */
  get epoch(): Epoch {
    return this.chain.epoch(this.number) ?? { number: this.number, tag: -1, key: NO_KEY }
  }

  /** Whether this side was given the key of the open epoch. */
  get isMember(): boolean {
    return this.chain.epoch(this.number) !== null
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

  /**
   * Takes encoded openings from a peer, each after the one it follows. What is no opening of this
   * log by somebody who may open its epochs is passed over; `true` when another epoch is open now.
   * Throws `StorageError` when they cannot be stored; nothing has changed then.
   */
  async take(encoded: readonly Uint8Array[]): Promise<boolean> {
    const proven: EpochOpening[] = []
    for (const bytes of encoded) {
      const opening = parseOpening(bytes)
      if (opening !== null && (await this.#isProven(opening))) proven.push(opening)
    }
    return this.adopt(proven)
  }

  /** Stores openings that are proven, then lets them count. */
  async adopt(proven: readonly EpochOpening[]): Promise<boolean> {
    const before = this.chain.tip
    const known = this.chain.all()
    const trial = new EpochChain({ number: 0, tag: 0, key: NO_KEY }, this.#self())
    for (const opening of known) trial.add(opening)
    const fresh = proven.filter((opening) => trial.add(opening) === 'added')
    if (fresh.length === 0) return false
    await this.#parts.epochs.write(trial.all().map(({ bytes }) => bytes))
    for (const opening of fresh) this.chain.add(opening)
    if (this.chain.tip === before) return false
    this.#clients = new ClientIds(this.#parts.ref.id, this.number)
    return true
  }

  #self(): ConstructorParameters<typeof EpochChain>[1] {
    const { signing, box } = this.#parts.self
    return { key: signing.publicKey, box }
  }

  /** Epochs are opened by shop devices only. */
  async #isProven(opening: EpochOpening): Promise<boolean> {
    const { ref, membership } = this.#parts
    if (opening.log.some((byte, index) => byte !== ref.id[index])) return false
    const role = membership.roleOf(opening.author, opening.certificate)
    return role !== null && role !== 'shopper' && (await verifyOpening(opening))
  }
}

/** Seals and opens nothing: no epoch has tag −1. */
const NO_KEY = new Uint8Array(32)
