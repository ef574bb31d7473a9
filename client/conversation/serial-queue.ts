/** Runs asynchronous work one piece after another, in the order of asking. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** The result of `work`, which starts once all earlier work has ended, well or badly. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined) // whoever asked for the work hears of its failure
    return result
  }
}
