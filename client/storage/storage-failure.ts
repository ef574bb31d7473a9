import { StorageError } from './ports.ts'

/** Turns what IndexedDB and WebCrypto throw into a code that a screen can put in words. */
export function storageErrorFrom(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  switch (errorName(error)) {
    case 'QuotaExceededError':
      return new StorageError('full')
    case 'VersionError':
      return new StorageError('newer-version')
    case 'DataError':
    case 'NotReadableError':
    case 'OperationError':
      return new StorageError('corrupt')
    default:
      return new StorageError('unavailable')
  }
}

/** The name of a thrown error, such as `AbortError`; empty when what was thrown is none. */
export function errorName(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : ''
}
