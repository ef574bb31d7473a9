import type { ShopKeys } from '../identity/shop-identity.ts'
import { StorageError, type Durability, type LockState } from '../storage/ports.ts'
import { exportedShoppers, readableExport } from './readable-export-file.ts'
import { recoveryFile } from './recovery-file.ts'
import { isRecoverySaved, markRecoverySaved } from './recovery-saved.ts'
import type { SessionParts } from './session-parts.ts'
import type { ExportWords, FileToSave } from './snapshots.ts'

export type DeskSafetyParts = Pick<SessionParts, 'storage' | 'stretch' | 'unseal' | 'clock'>

export type SafetySnapshot = {
  readonly recoverySaved: boolean
  readonly durability: Durability
  readonly hasPasscode: boolean
}

/** What keeps a shop from being lost or read on this device: passcode, lasting storage, recovery file. */
export class DeskSafety {
  readonly #parts: DeskSafetyParts
  readonly #onChange: () => void
  #durability: Durability = 'unknown'
  #hasPasscode = false
  #recoverySaved = false

  constructor(parts: DeskSafetyParts, onChange: () => void) {
    this.#parts = parts
    this.#onChange = onChange
  }

  get hasPasscode(): boolean {
    return this.#hasPasscode
  }

  /** Whether a passcode guards the storage now. Throws `StorageError`. */
  async lockState(): Promise<LockState> {
    const state = await this.#parts.storage.passcode.state()
    this.#hasPasscode = state.type !== 'unguarded'
    return state
  }

  /** Reads what is known of an open storage. Throws `StorageError`. */
  async load(): Promise<void> {
    const { storage } = this.#parts
    this.#durability = await storage.durability()
    this.#recoverySaved = await isRecoverySaved(storage.vault)
  }

  snapshot(): SafetySnapshot {
    return {
      recoverySaved: this.#recoverySaved,
      durability: this.#durability,
      hasPasscode: this.#hasPasscode,
    }
  }

  /** Whether it was stored. */
  async setPasscode(passcode: string | null): Promise<boolean> {
    try {
      await this.#parts.storage.passcode.setPasscode(passcode)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      return false
    }
    this.#hasPasscode = passcode !== null
    this.#onChange()
    return true
  }

  /** Some browsers ask the person, who may take their time. */
  askToPersist(): void {
    void this.#parts.storage.persist().then((durability) => {
      this.#durability = durability
      this.#onChange()
    })
  }

  recoveryFile(shop: ShopKeys, passphrase: string): FileToSave {
    const { storage, stretch, clock } = this.#parts
    const onSaved = async (): Promise<void> => {
      await markRecoverySaved(storage.vault, clock.now())
      this.#recoverySaved = true
      this.#onChange()
    }
    return recoveryFile({ storage, shop, stretch, now: () => clock.now(), onSaved }, passphrase)
  }

  /** Whose conversations a readable export holds, in its order. Throws `StorageError`. */
  shopperKeys(): Promise<readonly string[]> {
    return exportedShoppers(this.#parts.storage.vault)
  }

  readableExport(shop: ShopKeys, format: 'html' | 'json', words: ExportWords): FileToSave {
    return readableExport({ ...this.#parts, shop }, format, words)
  }
}
