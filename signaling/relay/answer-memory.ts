/** RFC 8489 §6.3.1: a client stops repeating a request after 39.5 s. */
const REMEMBERED_MS = 40_000
const MAX_ANSWERS = 4096

/**
 * Answers to requests that must not be carried out twice (Allocate, Refresh), by client and
 * transaction: a repeated request gets the same bytes again (RFC 8656 §7.2). The oldest go first.
 */
export class AnswerMemory {
  readonly #answers = new Map<string, { readonly bytes: Uint8Array; readonly until: number }>()

  recall(client: string, transaction: Uint8Array, now: number): Uint8Array | null {
    const answer = this.#answers.get(keyOf(client, transaction))
    return answer !== undefined && answer.until > now ? answer.bytes : null
  }

  remember(client: string, transaction: Uint8Array, bytes: Uint8Array, now: number): void {
    for (const [key, { until }] of this.#answers) {
      if (until > now && this.#answers.size < MAX_ANSWERS) break
      this.#answers.delete(key)
    }
    this.#answers.set(keyOf(client, transaction), { bytes, until: now + REMEMBERED_MS })
  }
}

function keyOf(client: string, transaction: Uint8Array): string {
  return `${client} ${Buffer.from(transaction).toString('base64')}`
}
