import type { Page } from 'playwright-core'

/** Chromium's name for one task of a thread's message loop. */
const TASK = 'ThreadControllerImpl::RunTask'

type TraceEvent = {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds on the clock, and of the processor's own time: what a loaded machine does not stretch. */
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Longest task of the page's main thread while `work` ran, in milliseconds of the processor's time. */
export async function longestTaskMs<Result>(
  page: Page,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly longestMs: number }> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('a page of a browser that was launched')
  await browser.startTracing(page, { categories: ['toplevel'] })
  const result = await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as {
    readonly traceEvents: readonly TraceEvent[]
  }
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}.${tid}`),
  )
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name === TASK && threads.has(`${pid}.${tid}`),
  )
  const times = tasks.map(({ tdur }) => tdur ?? 0)
  if (!times.some((time) => time > 0)) throw new Error('the trace tells of no task')
  return { result, longestMs: Math.max(...times) / 1000 }
}
