/** What a check has found, in plain words: never a secret, a token or a visitor's address. */
export type Finding = {
  readonly status: 'good' | 'warning' | 'failed'
  readonly found: string
  /** What to do; `null` where nothing is. */
  readonly remedy: string | null
}

export type Check = {
  readonly name: string
  /** `signal` ends when the check's time is up; whatever it has opened is closed by then. */
  run(signal: AbortSignal): Promise<Finding>
}

export type CheckReport = Finding & { readonly name: string }

export const good = (found: string): Finding => ({ status: 'good', found, remedy: null })
export const warning = (found: string, remedy: string): Finding => ({
  status: 'warning',
  found,
  remedy,
})
export const failed = (found: string, remedy: string): Finding => ({
  status: 'failed',
  found,
  remedy,
})

/** Ends at its time whatever the check does; what it throws is a finding, too. */
export async function runCheck(check: Check, timeoutMs: number): Promise<CheckReport> {
  const finding = await withinTime((signal) => check.run(signal), timeoutMs)
  return { name: check.name, ...(finding ?? silence(timeoutMs)) }
}

/** `null` when the time was up first, whether or not `work` heeds its signal. Rejects as `work` does. */
export async function withinTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
): Promise<T | null> {
  const time = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const up = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null)
      time.abort()
    }, timeoutMs)
  })
  try {
    return await Promise.race([work(time.signal), up])
  } finally {
    clearTimeout(timer)
  }
}

function silence(timeoutMs: number): Finding {
  return failed(
    `no answer within ${timeoutMs / 1000} seconds`,
    'See whether the service runs, and whether a firewall or proxy between holds packets back.',
  )
}
