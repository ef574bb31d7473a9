import { describe, expect, it } from 'vitest'
import type { Message } from '../../client/link/frame-codec.ts'
import { MessageQueue } from '../../client/link/message-queue.ts'

const sync = (first: number, length = 1): Message => {
  const bytes = new Uint8Array(length)
  bytes[0] = first
  return { kind: 'sync', bytes }
}

/** What was handed on; each is done with when its turn in `dones` is called. */
function watchedQueue(): {
  readonly queue: MessageQueue
  readonly handed: number[]
  readonly dones: (() => void)[]
} {
  const handed: number[] = []
  const dones: (() => void)[] = []
  const queue = new MessageQueue(({ bytes }) => {
    handed.push(bytes[0] ?? -1)
    return new Promise((resolve) => dones.push(resolve))
  })
  return { queue, handed, dones }
}

describe('messages that wait', () => {
  it('[LK31] [LK34] are kept until the own end is open, then handed on in order, one after another', async () => {
    const { queue, handed, dones } = watchedQueue()
    for (const first of [1, 2, 3]) expect(queue.put(sync(first))).toBe(true)
    expect(handed).toEqual([])
    queue.open()
    expect(handed).toEqual([1])
    dones[0]?.()
    await expect.poll(() => handed).toEqual([1, 2])
    expect(queue.put(sync(4))).toBe(true)
    dones[1]?.()
    await expect.poll(() => handed).toEqual([1, 2, 3])
    dones[2]?.()
    await expect.poll(() => handed).toEqual([1, 2, 3, 4])
  })

  it('are 64 MiB at most, of which nothing counts that is done with', async () => {
    const { queue, handed, dones } = watchedQueue()
    queue.open()
    const quarter = 16 * 1024 * 1024
    for (const first of [1, 2, 3, 4]) expect(queue.put(sync(first, quarter))).toBe(true)
    dones[0]?.()
    await expect.poll(() => handed).toEqual([1, 2])
    expect(queue.put(sync(5, quarter))).toBe(true)
    expect(queue.put(sync(6))).toBe(false)
  })

  it('go nowhere once the channel has closed, and it does not open again', async () => {
    const { queue, handed, dones } = watchedQueue()
    queue.open()
    queue.put(sync(1))
    queue.put(sync(2))
    queue.end()
    queue.open()
    dones[0]?.()
    queue.put(sync(3))
    await Promise.resolve()
    expect(handed).toEqual([1])
  })
})
