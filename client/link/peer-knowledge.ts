import * as Y from 'yjs'

/**
 * What one peer has shown to hold, so that its own entries are not sent back to it (y-webrtc
 * passes every update to every peer, its sender included). Only what the peer itself sent counts:
 * a peer that lies here starves nobody but itself.
 */
export class PeerKnowledge {
  /** Clock after the last item held, for each Yjs client. */
  readonly #held = new Map<number, number>()

  /** From the peer's `step1`; `false` when it is malformed (y-webrtc would throw on it). */
  learnStateVector(stateVector: Uint8Array): boolean {
    try {
      this.#learn(Y.decodeStateVector(stateVector))
      return true
    } catch {
      return false // cut short, or numbers past their range: the sender's fault
    }
  }

  /**
   * From an update that the peer has sent, before it is judged: applying it makes y-webrtc send it
   * on at once [LK33].
   */
  learnUpdate(update: Uint8Array): void {
    const meta = readMeta(update)
    if (meta !== null) this.#learn(meta.to)
  }

  /** Whether the peer holds all that the update brings. */
  covers(update: Uint8Array): boolean {
    const meta = readMeta(update)
    if (meta === null || meta.to.size === 0) return false
    return [...meta.to].every(([client, clock]) => clock <= (this.#held.get(client) ?? 0))
  }

  #learn(clocks: ReadonlyMap<number, number>): void {
    for (const [client, clock] of clocks) {
      this.#held.set(client, Math.max(clock, this.#held.get(client) ?? 0))
    }
  }
}

function readMeta(update: Uint8Array): { readonly to: ReadonlyMap<number, number> } | null {
  try {
    return Y.parseUpdateMeta(update)
  } catch {
    return null // not an update: the caller decides what that means
  }
}
