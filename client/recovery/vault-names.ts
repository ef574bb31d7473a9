/**
 * Whose records of the vault go into a recovery file as they are. Only what is safe in two storages
 * at once, and cannot be told otherwise: never `writer/` (a restored storage is another writer, or
 * two would write under one name) and never `receipts/` (they speak of those writers). Keys,
 * conversations and certificates have records of their own, where they are checked.
 */
export const BACKED_UP_PREFIXES: readonly string[] = ['epochs/']

export const MAX_VAULT_NAME_BYTES = 128
/** What a name may hold behind its prefix: ids as base64url, numbers, further parts. */
const REST = /^[A-Za-z0-9_-]+(?:[/.][A-Za-z0-9_-]+)*$/

/** Whether a vault record of this name goes into a recovery file, and may come out of one. */
export function isBackedUp(name: string): boolean {
  if (name.length > MAX_VAULT_NAME_BYTES) return false
  const prefix = BACKED_UP_PREFIXES.find((one) => name.startsWith(one))
  return prefix !== undefined && REST.test(name.slice(prefix.length))
}
