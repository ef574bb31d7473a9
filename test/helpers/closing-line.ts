import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one plain line of counts, `N passed, N failed, N skipped`, that scripts can read. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      for (const test of tests) counts[test.result().state]++
      if (module.state() === 'failed' && tests.every((test) => test.result().state !== 'failed')) {
        counts.failed++ // the file itself did not load, or a hook failed
      }
    }
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed + counts.pending} failed, ${counts.skipped} skipped\n`,
    )
  }
}
