import { doAct, type Deeds, type Seat } from './seat.ts'
import { surface } from './surface.ts'
import type { Act } from './tab-message.ts'

type Waiting = {
  readonly act: Act
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/** An act that could not be done, as the tab that asked for it hears. */
export class ActFailed extends Error {
  constructor() {
    super('failed')
    this.name = 'ActFailed'
  }
}

/** What a tab wants done and has not heard to be done; all of it is said again to the next leader. */
export class Acts {
  readonly #waiting = new Map<number, Waiting>()
  readonly #slots = new Map<string, Act>()
  #nextId = 1

  make(name: string, args: readonly unknown[]): Act {
    return { id: this.#nextId++, name, args, again: false }
  }

  /** What is true of this tab until another act of the same slot takes its place. */
  keep(slot: string, act: Act): void {
    this.#slots.set(slot, act)
  }

  slots(): readonly Act[] {
    return [...this.#slots.values()]
  }

  /** Resolves with the answer once it is done; rejects with `ActFailed`. */
  add(act: Act): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(act.id, { act, resolve, reject })
    })
  }

  /** In the order in which they were asked for. */
  again(): readonly Act[] {
    return [...this.#waiting.values()].map(({ act }) => ({ ...act, again: true }))
  }

  /** Does one at this tab's own seat; what becomes of it counts while that is there. */
  async doAt<Snapshot extends { readonly type: string }, TabSeat extends Seat<Snapshot>>(
    seat: TabSeat,
    deeds: Deeds<TabSeat>,
    act: Act,
    isHere: () => boolean,
  ): Promise<void> {
    try {
      const answer = await doAct<Snapshot, TabSeat>(seat, deeds, act)
      if (isHere()) this.done(act.id, answer)
    } catch (error) {
      if (isHere()) this.fail(act.id)
      surface(error)
    }
  }

  done(id: number, answer: unknown): void {
    this.#take(id)?.resolve(answer)
  }

  fail(id: number): void {
    this.#take(id)?.reject(new ActFailed())
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }
}
