import { concatBytes, labelled, type Label } from '@hamsa/crypto'
import { decrypt, encrypt } from './aes-gcm.ts'

const ROW_VERSION = 1

/** What a row is, and whose: it opens only as that. */
export type RowContext = { readonly label: Label; readonly name: Uint8Array }

export type OpenedRow =
  | { readonly type: 'opened'; readonly bytes: Uint8Array }
  | { readonly type: 'damaged' }
  /** A newer version of this program wrote it. */
  | { readonly type: 'newer' }

/** version 1 ‖ nonce 12 ‖ ciphertext. */
export async function sealRow(
  subtle: SubtleCrypto,
  key: CryptoKey,
  context: RowContext,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const version = Uint8Array.of(ROW_VERSION)
  return concatBytes(version, await encrypt(subtle, key, contextOf(context), bytes))
}

/** Takes anything that a database may give back. */
export async function openRow(
  subtle: SubtleCrypto,
  key: CryptoKey,
  context: RowContext,
  row: unknown,
): Promise<OpenedRow> {
  if (!(row instanceof Uint8Array)) return { type: 'damaged' }
  if ((row[0] ?? 0) > ROW_VERSION) return { type: 'newer' }
  if (row[0] !== ROW_VERSION) return { type: 'damaged' }
  const bytes = await decrypt(subtle, key, contextOf(context), row.subarray(1))
  return bytes === null ? { type: 'damaged' } : { type: 'opened', bytes }
}

function contextOf({ label, name }: RowContext): Uint8Array {
  return labelled(label, concatBytes(Uint8Array.of(ROW_VERSION), name))
}
