import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toBase64Url } from '@hamsa/crypto'

const FILE = 'relay-secret'
const SECRET_BYTES = 32
const SECRET = /^[A-Za-z0-9_-]{43}$/

/**
 * The secret that `/ice` and the relay share: made at the first start, kept in `dataDir` so that
 * credentials outlive a restart. Only the owner can read it. Rejects with Node's error when the
 * folder cannot be had, and when the file there holds something else.
 */
export async function keepRelaySecret(
  dataDir: string,
  random: (length: number) => Uint8Array,
): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, FILE)
  const kept = await readSecretAt(path)
  if (kept !== null) return kept

  // Written beside and linked, so that two first starts agree on one and none reads half of it.
  const draft = `${path}.${toBase64Url(random(6))}`
  await writeFile(draft, toBase64Url(random(SECRET_BYTES)), { mode: 0o600, flag: 'wx' })
  try {
    await link(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error // else the other start was first
  } finally {
    await unlink(draft)
  }
  const made = await readSecretAt(path)
  if (made === null) throw new Error(`${path} has gone while it was made`)
  return made
}

/** The secret kept there, or `null` when none was made yet. Rejects as `keepRelaySecret` does. */
export function readRelaySecret(dataDir: string): Promise<string | null> {
  return readSecretAt(join(dataDir, FILE))
}

async function readSecretAt(path: string): Promise<string | null> {
  try {
    const text = (await readFile(path, 'utf8')).trim()
    if (!SECRET.test(text)) throw new Error(`${path} does not hold a relay secret; remove it`)
    return text
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** Whether an error is Node's with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
