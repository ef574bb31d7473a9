import { mkdir, readdir, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromBase64Url, hash, toBase64Url } from '@hamsa/crypto'
import { hasCode } from '../relay-secret.ts'

const FOLDER = 'claims'
const TOKEN_BYTES = 32
/** A desk's address that nobody has opened by then is worth nothing. */
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000
const NAME = /^[A-Za-z0-9_-]{43}$/

/**
 * One-time tokens that make a shop known. Kept as an empty file named by the token's hash, so that
 * a token is redeemed by removing it: of two who try, in whatever process, one succeeds.
 */
export class Claims {
  readonly #folder: string
  readonly #random: (length: number) => Uint8Array
  readonly #now: () => number

  /** `now` in milliseconds since 1970. */
  constructor(dataDir: string, random: (length: number) => Uint8Array, now: () => number) {
    this.#folder = join(dataDir, FOLDER)
    this.#random = random
    this.#now = now
  }

  /** A fresh token, 43 characters of base64url. Rejects with Node's error when it cannot be kept. */
  async issue(): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const token = this.#random(TOKEN_BYTES)
    await writeFile(join(this.#folder, nameOf(token)), '', { mode: 0o600, flag: 'wx' })
    return toBase64Url(token)
  }

  /** Whether the token was good; it is not any more. */
  async redeem(token: string): Promise<boolean> {
    const bytes = fromBase64Url(token)
    if (bytes?.length !== TOKEN_BYTES) return false
    const path = join(this.#folder, nameOf(bytes))
    try {
      const { mtimeMs } = await stat(path)
      await unlink(path)
      return this.#now() - mtimeMs < LIFETIME_MS
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false
      throw error
    }
  }

  /** Ends every token: those of earlier starts, which somebody may have seen on a screen. */
  async revokeAll(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const names = (await readdir(this.#folder)).filter((name) => NAME.test(name))
    await Promise.all(names.map((name) => unlink(join(this.#folder, name)).catch(passOverGone)))
  }
}

function nameOf(token: Uint8Array): string {
  return toBase64Url(hash('hamsa/claim/1', token))
}

function passOverGone(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) throw error // redeemed meanwhile
}
