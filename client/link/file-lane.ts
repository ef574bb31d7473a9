/** Longest frame in bytes: with seal and number it is one message of at most 16 KiB on its channel. */
export const MAX_LANE_FRAME_BYTES = 16_000

/**
 * Carries frames of files to one peer and from it, in order, beside the conversation and never in
 * its way. It ends with the connection that it belongs to; the next connection has another.
 */
export interface FileLane {
  /**
   * Hands over 1 to `MAX_LANE_FRAME_BYTES` bytes; who sends more than one frame waits for each.
   * Resolves with `true` once the frame has left, and with `false` when it never will: the lane has
   * ended, or for 30 s there was no room for it. It has arrived only when the peer says so.
   */
  send(frame: Uint8Array): Promise<boolean>
  /**
   * Takes the peer's frames, each when the one before it is done with: a promise that is slow to
   * resolve (a slow disk) slows the peer down. While nobody takes frames the peer may send no new
   * ones. One taker at a time: another takes its place. Returns what ends it.
   */
  onFrame(take: (frame: Uint8Array) => Promise<void>): () => void
}
