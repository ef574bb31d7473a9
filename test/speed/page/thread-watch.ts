/** How long the page's thread was held. */
export type ThreadReport = {
  /** The widest gap between two turns of a message to oneself. */
  readonly longestBlockMs: number
  /** Tasks of more than 50 ms, as the browser counts them. */
  readonly longTasks: number
}

/** Watches the page's thread until `stop`. */
export function watchThread(): { stop(): Promise<ThreadReport> } {
  let lastMs = performance.now()
  let longestBlockMs = 0
  let longTasks = 0
  const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length))
  observer.observe({ type: 'longtask' })
  const look = (): void => {
    const nowMs = performance.now()
    longestBlockMs = Math.max(longestBlockMs, nowMs - lastMs)
    lastMs = nowMs
  }
  const timer = setInterval(look, 1)
  return {
    async stop() {
      await new Promise((resolve) => setTimeout(resolve))
      look()
      clearInterval(timer)
      longTasks += observer.takeRecords().length
      observer.disconnect()
      return { longestBlockMs, longTasks }
    },
  }
}
