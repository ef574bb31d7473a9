import type { EpochStore } from '../../client/conversation/epoch-store.ts'
import { StorageError } from '../../client/storage/ports.ts'

/** Epoch openings of one log in memory. */
export class MemoryEpochs implements EpochStore {
  openings: readonly Uint8Array[]
  #failure: StorageError['code'] | null = null
  /** Called once openings are stored; a test may end everything here, as a crash does. */
  afterWrite: () => void = () => undefined

  constructor(openings: readonly Uint8Array[] = []) {
    this.openings = openings
  }

  read(): Promise<readonly Uint8Array[]> {
    return Promise.resolve(this.openings)
  }

  async write(openings: readonly Uint8Array[]): Promise<void> {
    await Promise.resolve()
    if (this.#failure !== null) throw new StorageError(this.#failure)
    this.openings = openings
    this.afterWrite()
  }

  /** Lets the writes that follow fail; `null` lets them succeed again. */
  failWith(code: StorageError['code'] | null): void {
    this.#failure = code
  }

  copy(): MemoryEpochs {
    return new MemoryEpochs(this.openings)
  }
}
