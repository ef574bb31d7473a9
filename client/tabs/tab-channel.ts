/**
 * What the tabs of one browser say to each other. What one posts reaches all others that are open
 * under the same name, in order, as a structured clone; never itself. Nothing is kept for later.
 */
export interface TabChannel {
  post(message: unknown): void
  /** Returns what takes the listener away again. */
  listen(listener: (message: unknown) => void): () => void
  /** From then on nothing is heard and nothing is sent. */
  close(): void
}

/** Opens the channel of this name; `null` where the browser has none. */
export type OpenTabChannel = (name: string) => TabChannel | null
