/** `length` bytes from the platform's secure random generator (getRandomValues gives 65,536 at most a call; no caller here needs more). */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length))
}
