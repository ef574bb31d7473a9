/** Encoded epoch openings of one log, at rest. Rejects with `StorageError`. */
export interface EpochStore {
  read(): Promise<readonly Uint8Array[]>
  /** In place of all that were there. */
  write(openings: readonly Uint8Array[]): Promise<void>
}
