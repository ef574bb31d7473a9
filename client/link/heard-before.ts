import type { RoomMessage } from './room-message.ts'

/** Far more than two ends say to each other in one visit. */
const MAX_KEPT = 1024

/** What was acted on in a room, so that hearing it a second time changes nothing: a replay, or a repetition. */
export class HeardBefore {
  readonly #names = new Set<string>()

  has(message: RoomMessage): boolean {
    const name = nameOf(message)
    return name !== null && this.#names.has(name)
  }

  add(message: RoomMessage): void {
    const name = nameOf(message)
    if (name === null) return
    this.#names.add(name)
    const oldest = this.#names.keys().next()
    if (this.#names.size > MAX_KEPT && oldest.done !== true) this.#names.delete(oldest.value)
  }
}

/** `null` for a stock client's announce, which carries no token. */
function nameOf(message: RoomMessage): string | null {
  const { type, from, to, token } = message
  const have = type === 'announce' ? (message.have ?? []) : []
  return token === 0 ? null : [type, from, to ?? '', token, ...have].join(' ')
}
