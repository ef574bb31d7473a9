import { describe, expect, it } from 'vitest'
import { webLockLeadership } from '../../client/storage/web-lock-leadership.ts'

type Request = { readonly run: () => unknown; readonly done: (result: unknown) => void }

/** Locks by name as browsers grant them: one holder, the others in a row, `ifAvailable` answered at once. */
class Locks {
  readonly #held = new Set<string>()
  readonly #waiting = new Map<string, Request[]>()

  request(
    name: string,
    options: { ifAvailable?: boolean; signal?: AbortSignal },
    run: (lock: object | null) => unknown,
  ): Promise<unknown> {
    if (options.ifAvailable === true && this.#held.has(name)) return Promise.resolve(run(null))
    return new Promise((resolve, reject) => {
      const request: Request = { run: () => run({}), done: resolve }
      const row = this.#waiting.get(name) ?? []
      this.#waiting.set(name, [...row, request])
      options.signal?.addEventListener('abort', () => {
        const rest = this.#waiting.get(name) ?? []
        if (!rest.includes(request)) return
        this.#waiting.set(
          name,
          rest.filter((one) => one !== request),
        )
        reject(new DOMException('aborted', 'AbortError'))
      })
      void this.#grant(name)
    })
  }

  async #grant(name: string): Promise<void> {
    const [next, ...rest] = this.#waiting.get(name) ?? []
    if (next === undefined || this.#held.has(name)) return
    this.#held.add(name)
    this.#waiting.set(name, rest)
    next.done(await next.run())
    this.#held.delete(name)
    void this.#grant(name)
  }
}

const leadershipOf = (locks: Locks): ReturnType<typeof webLockLeadership> =>
  webLockLeadership(locks as unknown as LockManager)

describe('leadership', () => {
  it('belongs to the first tab, and goes to the next when that one hands over', async () => {
    const leadership = leadershipOf(new Locks())
    const first = leadership.lead('desk')
    expect(await first.isWaiting).toBe(false)
    await first.leading
    const second = leadership.lead('desk')
    expect(await second.isWaiting).toBe(true)
    let leads = false
    void second.leading.then(() => (leads = true))
    await Promise.resolve()
    expect(leads).toBe(false)
    first.release()
    first.release()
    await second.leading
    second.release()
  })

  it('is not taken by a tab that gave up waiting, and the one behind it leads', async () => {
    const leadership = leadershipOf(new Locks())
    const first = leadership.lead('desk')
    await first.leading
    const second = leadership.lead('desk')
    await second.isWaiting
    let leads = false
    void second.leading.then(() => (leads = true))
    second.release()
    const third = leadership.lead('desk')
    expect(await third.isWaiting).toBe(true)
    first.release()
    await third.leading
    expect(leads).toBe(false)
  })

  it('is held for each name apart', async () => {
    const leadership = leadershipOf(new Locks())
    await Promise.all([leadership.lead('desk').leading, leadership.lead('chat').leading])
  })

  it('lets each tab lead where Web Locks are missing', async () => {
    const leadership = webLockLeadership(undefined)
    const first = leadership.lead('desk')
    const second = leadership.lead('desk')
    expect(await first.isWaiting).toBe(false)
    expect(await second.isWaiting).toBe(false)
    await Promise.all([first.leading, second.leading])
  })
})
