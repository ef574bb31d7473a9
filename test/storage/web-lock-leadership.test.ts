import { describe, expect, it } from 'vitest'
import type { Claim } from '../../client/storage/ports.ts'
import { webLockLeadership } from '../../client/storage/web-lock-leadership.ts'
import { MemoryLocks } from '../helpers/memory-locks.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Whether it has happened by now. */
async function hasCome(promise: Promise<void>): Promise<boolean> {
  let came = false
  void promise.then(() => (came = true))
  await turn()
  return came
}

describe('leadership', () => {
  it('belongs to the first tab, and goes to the next when that one hands over', async () => {
    const leadership = webLockLeadership(new MemoryLocks().of('a tab'))
    const first = leadership.lead('desk')
    expect(await first.isWaiting).toBe(false)
    await first.leading
    const second = leadership.lead('desk')
    expect(await second.isWaiting).toBe(true)
    expect(await hasCome(second.leading)).toBe(false)
    first.release()
    first.release()
    await second.leading
    expect(await hasCome(first.lost)).toBe(false)
    second.release()
  })

  it('is not taken by a tab that gave up waiting, and the one behind it leads', async () => {
    const leadership = webLockLeadership(new MemoryLocks().of('a tab'))
    const first = leadership.lead('desk')
    await first.leading
    const second = leadership.lead('desk')
    await second.isWaiting
    second.release()
    const third = leadership.lead('desk')
    expect(await third.isWaiting).toBe(true)
    first.release()
    await third.leading
    expect(await hasCome(second.leading)).toBe(false)
  })

  it('is held for each name apart', async () => {
    const leadership = webLockLeadership(new MemoryLocks().of('a tab'))
    await Promise.all([leadership.lead('desk').leading, leadership.lead('chat').leading])
  })

  it('is stolen from a tab that does not answer, which hears of it; the row behind stays', async () => {
    const locks = new MemoryLocks()
    const claim = (tab: string): Claim => webLockLeadership(locks.of(tab)).lead('desk')
    const hung = claim('hung')
    await hung.leading
    const thief = claim('thief')
    const patient = claim('patient')
    expect(await Promise.all([thief.isWaiting, patient.isWaiting])).toEqual([true, true])
    await turn()
    thief.steal()
    await thief.leading
    await hung.lost
    thief.steal() // it leads already
    expect(locks.holder('desk')).toBe('thief')
    expect(await hasCome(thief.lost)).toBe(false)
    expect(await hasCome(patient.leading)).toBe(false)
    thief.release()
    await patient.leading
  })

  it('goes to the next tab when the one that leads has crashed', async () => {
    const locks = new MemoryLocks()
    const first = webLockLeadership(locks.of('first')).lead('desk')
    await first.leading
    const second = webLockLeadership(locks.of('second')).lead('desk')
    await second.isWaiting
    locks.end('first')
    await second.leading
  })

  it('tells of a tab that has gone, whether it closed or crashed, and of none that lives', async () => {
    const locks = new MemoryLocks()
    const leader = webLockLeadership(locks.of('leader'))
    const endFirst = webLockLeadership(locks.of('first')).live('first')
    webLockLeadership(locks.of('second')).live('second')
    webLockLeadership(locks.of('third')).live('third')
    await turn()
    const gone: string[] = []
    for (const tab of ['first', 'second']) leader.whenGone(tab, () => gone.push(tab))
    leader.whenGone('third', () => gone.push('third'))()
    await turn()
    expect(gone).toEqual([])
    endFirst()
    locks.end('second')
    locks.end('third')
    await turn()
    expect(gone.sort()).toEqual(['first', 'second'])
  })

  it('[TB62] belongs to whoever came last where Web Locks are missing, and again only by stealing', async () => {
    const first = webLockLeadership(undefined)
    const second = webLockLeadership(undefined)
    await Promise.all([first.lead('desk').leading, second.lead('desk').leading])
    const again = first.lead('desk')
    expect(await again.isWaiting).toBe(true)
    expect(await hasCome(again.leading)).toBe(false)
    again.steal()
    await again.leading
  })
})
