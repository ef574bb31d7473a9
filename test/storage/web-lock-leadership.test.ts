import { describe, expect, it } from 'vitest'
import { webLockLeadership } from '../../client/storage/web-lock-leadership.ts'

describe('leadership', () => {
  it('lets each tab lead where Web Locks are missing', async () => {
    const leadership = webLockLeadership(undefined)
    const first = leadership.lead('desk')
    const second = leadership.lead('desk')
    expect(await first.isWaiting).toBe(false)
    expect(await second.isWaiting).toBe(false)
    await Promise.all([first.leading, second.leading])
  })
})
