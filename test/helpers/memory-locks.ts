type Holder = { readonly tab: string; readonly lose: (error: Error) => void }
type Request = {
  readonly tab: string
  readonly run: (lock: object | null) => unknown
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}
type Options = { ifAvailable?: boolean; steal?: boolean; signal?: AbortSignal }

/** Locks by name as browsers grant them: one holder, the others in a row, `ifAvailable` answered at once. */
export class MemoryLocks {
  readonly #held = new Map<string, Holder>()
  readonly #waiting = new Map<string, Request[]>()
  readonly #gone = new Set<string>()
  /** What tabs that sleep would be told. */
  readonly #untold = new Map<string, (() => void)[]>()

  /** As one tab sees them. */
  of(tab: string): LockManager {
    const request = (
      name: string,
      options: Options | Request['run'],
      run?: Request['run'],
    ): Promise<unknown> =>
      typeof options === 'function'
        ? this.#request(tab, name, {}, options)
        : this.#request(tab, name, options, run ?? (() => undefined))
    return { request, query: () => Promise.resolve({}) } as unknown as LockManager
  }

  /** The tab has closed or crashed: what it held is free. */
  end(tab: string): void {
    this.#gone.add(tab)
    for (const [name, row] of this.#waiting) {
      this.#waiting.set(
        name,
        row.filter((one) => one.tab !== tab),
      )
    }
    for (const [name, holder] of [...this.#held]) {
      if (holder.tab !== tab) continue
      this.#held.delete(name)
      this.#next(name)
    }
  }

  /** The tab is told of nothing until it wakes. */
  sleep(tab: string): void {
    this.#untold.set(tab, [])
  }

  wake(tab: string): void {
    const untold = this.#untold.get(tab) ?? []
    this.#untold.delete(tab)
    for (const tell of untold) tell()
  }

  holder(name: string): string | null {
    return this.#held.get(name)?.tab ?? null
  }

  async #request(
    tab: string,
    name: string,
    options: Options,
    run: Request['run'],
  ): Promise<unknown> {
    await Promise.resolve()
    if (this.#gone.has(tab)) return new Promise(() => undefined)
    if (options.signal?.aborted === true) throw new DOMException('aborted', 'AbortError')
    if (options.ifAvailable === true && this.#held.has(name)) return run(null)
    return new Promise((resolve, reject) => {
      const request: Request = { tab, run, resolve, reject }
      if (options.steal === true) {
        this.#held.get(name)?.lose(new DOMException('stolen', 'AbortError'))
        this.#grant(name, request)
        return
      }
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), request])
      options.signal?.addEventListener('abort', () => {
        const row = this.#waiting.get(name) ?? []
        if (!row.includes(request)) return
        this.#waiting.set(
          name,
          row.filter((one) => one !== request),
        )
        reject(new DOMException('aborted', 'AbortError'))
      })
      this.#next(name)
    })
  }

  #next(name: string): void {
    const [next, ...rest] = this.#waiting.get(name) ?? []
    if (next === undefined || this.#held.has(name)) return
    this.#waiting.set(name, rest)
    this.#grant(name, next)
  }

  #grant(name: string, { tab, run, resolve, reject }: Request): void {
    const holder = {
      tab,
      lose: (error: Error) => {
        const untold = this.#untold.get(tab)
        if (untold === undefined) reject(error)
        else untold.push(() => reject(error))
      },
    }
    this.#held.set(name, holder)
    void Promise.resolve(run({})).then((result) => {
      resolve(result)
      if (this.#held.get(name) !== holder) return
      this.#held.delete(name)
      this.#next(name)
    })
  }
}
