/** Thrown when *our own* code breaks a rule (a key of the wrong length); what a peer sends is answered with `null`. */
export class CryptoError extends Error {
  constructor(
    readonly code:
      'bad-length' | 'bad-number' | 'bad-label' | 'weak-key' | 'wrong-root' | 'no-webcrypto',
    detail: string,
  ) {
    super(`${code}: ${detail}`)
    this.name = 'CryptoError'
  }
}

/** Throws unless `bytes` has exactly `length` bytes. */
export function assertLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) {
    throw new CryptoError('bad-length', `${what} has ${bytes.length} bytes, expected ${length}`)
  }
}
