import type { Leadership } from './ports.ts'

/**
 * Leadership by a Web Lock: the browser gives it to one tab and passes it on when that tab closes
 * or crashes. Where Web Locks are missing (no browser of the last years) each tab leads, and two
 * that write at once would fork their writer: the peers hold what does not fit.
 */
export function webLockLeadership(locks: LockManager | undefined): Leadership {
  return {
    lead(name) {
      if (locks === undefined) {
        return {
          leading: Promise.resolve(),
          isWaiting: Promise.resolve(false),
          release: () => undefined,
        }
      }
      let release = (): void => undefined
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const abort = new AbortController()
      const isWaiting = locks.request(name, { ifAvailable: true }, (lock) => lock === null)
      const leading = isWaiting.then(
        () =>
          new Promise<void>((resolve) => {
            void locks
              .request(name, { signal: abort.signal }, () => {
                resolve()
                return held
              })
              .catch(() => undefined) // aborted by `release` before this tab ever led
          }),
      )
      return {
        leading,
        isWaiting,
        release() {
          abort.abort()
          release()
        },
      }
    },
  }
}
