/** Makes a key of 32 bytes from what a person can remember, slowly, so that guessing is slow too. */
export type StretchPassphrase = (passphrase: string, salt: Uint8Array) => Promise<Uint8Array>
