import type { Claim, Leadership } from './ports.ts'

/**
 * Leadership by a Web Lock: the browser gives it to one tab and passes it on when that tab closes
 * or crashes. Where Web Locks are missing (no browser of the last years) whoever opens last leads,
 * and a tab that has led once leads again only by `steal`: the storage's term keeps the others from
 * writing.
 */
export function webLockLeadership(locks: LockManager | undefined): Leadership {
  return locks === undefined ? lastOneLeads() : leadByLock(locks)
}

function leadByLock(locks: LockManager): Leadership {
  return {
    lead: (name) => claimLock(locks, name),
    live(tab) {
      let end = (): void => undefined
      const held = new Promise<void>((resolve) => (end = resolve))
      locks.request(nameOfTab(tab), () => held).catch(passOver)
      return end
    },
    whenGone(tab, run) {
      const abort = new AbortController()
      const { signal } = abort
      locks.request(nameOfTab(tab), { signal }, () => run()).catch(passOver)
      return () => abort.abort()
    },
  }
}

function claimLock(locks: LockManager, name: string): Claim {
  let [lead, lose, free] = [doNothing, doNothing, doNothing]
  const leading = new Promise<void>((resolve) => (lead = resolve))
  const lost = new Promise<void>((resolve) => (lose = resolve))
  const held = new Promise<void>((resolve) => (free = resolve))
  const abort = new AbortController()
  let state: 'waiting' | 'leading' | 'over' = 'waiting'
  const hold = (): Promise<void> | undefined => {
    if (state === 'over') return undefined
    state = 'leading'
    lead()
    return held
  }
  let isStealing = false
  const end = (): void => {
    if (state === 'leading') lose() // by somebody else's `steal`
  }
  const leaveRow = (): void => {
    if (!isStealing) end() // else it was our own abort, or our own `steal`
  }
  const isWaiting = locks.request(name, { ifAvailable: true }, (lock) => lock === null)
  void isWaiting.then(() => {
    if (state === 'waiting') locks.request(name, { signal: abort.signal }, hold).catch(leaveRow)
  })
  return {
    isWaiting,
    leading,
    lost,
    steal() {
      if (state !== 'waiting' || isStealing) return
      isStealing = true
      abort.abort()
      locks.request(name, { steal: true }, hold).catch(end)
    },
    release() {
      if (state === 'over') return
      state = 'over'
      abort.abort()
      free()
    },
  }
}

function lastOneLeads(): Leadership {
  const hasLed = new Set<string>()
  return {
    lead(name) {
      let lead = doNothing
      const leading = new Promise<void>((resolve) => (lead = resolve))
      let isOver = false
      const steal = (): void => {
        if (!isOver) lead()
      }
      const isWaiting = hasLed.has(name)
      hasLed.add(name)
      if (!isWaiting) lead()
      return {
        isWaiting: Promise.resolve(isWaiting),
        leading,
        lost: new Promise(doNothing), // the next one's term tells
        steal,
        release: () => (isOver = true),
      }
    },
    live: () => doNothing,
    whenGone: () => doNothing,
  }
}

function nameOfTab(tab: string): string {
  return `hamsa-tab/${tab}`
}

function doNothing(): void {
  return undefined
}

/** Called off: nobody waits for it any more. */
function passOver(): void {
  return undefined
}
