import { toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import type { ShopProfile } from '../identity/shop-profile.ts'
import {
  encodeSignedProfile,
  newerProfile,
  parseProfile,
  verifyProfile,
  type SignedProfile,
} from '../identity/signed-profile.ts'
import { StorageError, type Vault } from '../storage/ports.ts'

/** What one shop has said of itself, as a shopper has come to know it: the newest that root has signed. */
export class KnownProfile {
  readonly #root: SigningPublicKey
  readonly #vault: Vault
  #newest: SignedProfile | null

  private constructor(root: SigningPublicKey, vault: Vault, newest: SignedProfile | null) {
    this.#root = root
    this.#vault = vault
    this.#newest = newest
  }

  /** Throws `StorageError`. */
  static async load(root: SigningPublicKey, vault: Vault): Promise<KnownProfile> {
    const bytes = await vault.read(nameOf(root))
    return new KnownProfile(root, vault, bytes === null ? null : parseProfile(bytes))
  }

  get profile(): ShopProfile | null {
    return this.#newest?.profile ?? null
  }

  /** Takes what came with an answer; whether it is newer than what was known. */
  async take(bytes: Uint8Array): Promise<boolean> {
    const told = parseProfile(bytes)
    if (told === null || !(await verifyProfile(told, this.#root))) return false
    if (this.#newest !== null && newerProfile(this.#newest, told) === this.#newest) return false
    this.#newest = told
    try {
      await this.#vault.write(nameOf(this.#root), encodeSignedProfile(told))
    } catch (error) {
      // It is shown all the same, and comes again with the next answer.
      if (!(error instanceof StorageError)) throw error
    }
    return true
  }
}

function nameOf(root: SigningPublicKey): string {
  return `profile/${toBase64Url(root)}`
}
