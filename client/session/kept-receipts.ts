import { toBase64Url } from '@hamsa/crypto'
import type { Head, Log } from '../conversation/log.ts'
import { StorageError, type Vault } from '../storage/ports.ts'
import { readIfSound } from './read-if-sound.ts'
import { Receipts } from './receipts.ts'

/** The receipts of one log, kept over reloads. */
export class KeptReceipts {
  readonly #vault: Vault
  readonly #name: string
  #receipts: Receipts
  #isClosed = false

  private constructor(vault: Vault, name: string, receipts: Receipts) {
    this.#vault = vault
    this.#name = name
    this.#receipts = receipts
  }

  /** Throws `StorageError`. */
  static async load(vault: Vault, log: Pick<Log, 'ref'>): Promise<KeptReceipts> {
    const name = `receipts/${toBase64Url(log.ref.id)}`
    const stored = await readIfSound(vault, name)
    const receipts = stored === null ? null : Receipts.decode(stored)
    return new KeptReceipts(vault, name, receipts ?? new Receipts())
  }

  /** Nothing is written from now on: the conversation may have been erased. */
  close(): void {
    this.#isClosed = true
  }

  /** The very same object until something is added. */
  get value(): Receipts {
    return this.#receipts
  }

  /** Own side's heads that a peer has signed for. Whether they say anything new. */
  async add(heads: readonly Head[]): Promise<boolean> {
    if (this.#isClosed) return false
    const receipts = this.#receipts.merged(heads)
    if (receipts === this.#receipts) return false
    this.#receipts = receipts
    await this.#vault.write(this.#name, receipts.encode()).catch((error: unknown) => {
      // It is true all the same, and comes again with the peer's next heads.
      if (!(error instanceof StorageError)) throw error
    })
    return true
  }
}
