import { deriveKey, labelled, toBase64Url, type Label } from '@hamsa/crypto'
import { importAesKey } from './aes-gcm.ts'

const KEY_BYTES = 32
/** Keys of rows are stored in full with each row, so they are short. */
const HIDDEN_NAME_BYTES = 16
const NO_SALT = new Uint8Array()

/** An opened content key. */
export type KeySource = {
  /** Names the content key; no secret. */
  readonly id: Uint8Array
  /** 32 bytes, kept while unlocked: a new passcode seals them again. */
  readonly contentKey: Uint8Array
  /** What wraps it at rest. */
  readonly wrappingKey: CryptoKey
}

/** What grows from one content key. */
export type StorageKeys = KeySource & {
  readonly segments: CryptoKey
  readonly vault: CryptoKey
  readonly names: CryptoKey
}

export async function makeStorageKeys(
  subtle: SubtleCrypto,
  source: KeySource,
): Promise<StorageKeys> {
  const derive = (label: Label): Uint8Array<ArrayBuffer> =>
    new Uint8Array(deriveKey(source.contentKey, NO_SALT, label, KEY_BYTES))
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const [segments, vault, names] = await Promise.all([
    importAesKey(subtle, derive('hamsa/storage/segments/1')),
    importAesKey(subtle, derive('hamsa/storage/vault/1')),
    subtle.importKey('raw', derive('hamsa/storage/names/1'), hmac, false, ['sign']),
  ])
  return { ...source, segments, vault, names }
}

/** What stands for a name in the keys of rows: the same for the same name, and nothing to who has not the keys. */
export async function hiddenName(
  subtle: SubtleCrypto,
  { names }: StorageKeys,
  label: Label,
  name: Uint8Array,
): Promise<string> {
  const mac = await subtle.sign('HMAC', names, new Uint8Array(labelled(label, name)))
  return toBase64Url(new Uint8Array(mac, 0, HIDDEN_NAME_BYTES))
}
