import { describe, expect, it } from 'vitest'
import type { Clock } from '../../client/clock.ts'
import { watchSleep } from '../../client/link/sleep-watch.ts'
import { ManualClock } from '../helpers/manual-clock.ts'

/** A page that can be stopped: time goes on, and what was due runs late. */
class StoppedClock implements Clock {
  readonly timers = new ManualClock()
  #lostMs = 0

  now(): number {
    return this.timers.now() + this.#lostMs
  }

  after(delayMs: number, run: () => void): () => void {
    return this.timers.after(delayMs, run)
  }

  /** As a stopped process or a sleeping machine. */
  sleep(ms: number): void {
    this.#lostMs += ms
  }
}

describe('watch for sleep', () => {
  it('[LK55] wakes once, within two seconds of going on, after a stop of more than five', () => {
    const clock = new StoppedClock()
    let woken = 0
    watchSleep(clock, () => woken++)
    clock.timers.advance(60_000)
    expect(woken).toBe(0)
    clock.timers.advance(1_000)
    clock.sleep(5_500)
    clock.timers.advance(2_000)
    expect(woken).toBe(1)
    clock.timers.advance(60_000)
    expect(woken).toBe(1)
  })

  it('[LK55] takes a page that is busy for a while for awake', () => {
    const clock = new StoppedClock()
    let woken = 0
    watchSleep(clock, () => woken++)
    for (let times = 0; times < 10; times++) {
      clock.sleep(4_900)
      clock.timers.advance(2_000)
    }
    expect(woken).toBe(0)
  })

  it('[LK55] leaves no timer, ended in the moment of waking too', () => {
    const clock = new StoppedClock()
    const end = watchSleep(clock, () => end())
    clock.sleep(60_000)
    clock.timers.advance(2_000)
    expect(clock.timers.waiting).toBe(0)
    end()
  })
})
