import { describe, expect, it } from 'vitest'
import { isRecord } from '../../client/tabs/shape.ts'
import type { TabChannel } from '../../client/tabs/tab-channel.ts'

/** What every adapter of the TabChannel port does; `open` opens the channel of one more tab. */
export function tabChannelContract(
  adapter: string,
  makeBrowser: () => (name: string) => TabChannel,
): void {
  describe(`tab channel contract: ${adapter}`, () => {
    it('[TB1] reaches all others of its name, in order, and not itself', async () => {
      const open = makeBrowser()
      const [desk, other, chat] = [open('desk'), open('desk'), open('chat')]
      const heard: unknown[] = []
      desk.listen(() => heard.push('itself'))
      chat.listen(() => heard.push('another name'))
      await new Promise<void>((resolve) => {
        other.listen((message) => {
          heard.push(message)
          if (heard.length === 3) resolve()
        })
        for (const count of [1, 2, 3]) desk.post({ count })
      })
      expect(heard).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }])
      for (const one of [desk, other, chat]) one.close()
    })

    it('[TB1] carries a clone, files too', async () => {
      const open = makeBrowser()
      const [here, there] = [open('desk'), open('desk')]
      const message = { list: [1, null, 'text'], file: new Blob(['bytes']) }
      const heard = await new Promise<unknown>((resolve) => {
        there.listen(resolve)
        here.post(message)
      })
      expect(heard).not.toBe(message)
      expect(heard).toMatchObject({ list: [1, null, 'text'] })
      const file = isRecord(heard) ? heard.file : null
      expect(file instanceof Blob && (await file.text())).toBe('bytes')
      here.close()
      there.close()
    })

    it('[TB1] is silent once it was closed, or the listener was taken away', async () => {
      const open = makeBrowser()
      const [closed, quiet, last, sender] = [open('desk'), open('desk'), open('desk'), open('desk')]
      const heard: unknown[] = []
      closed.listen(() => heard.push('closed'))
      const end = quiet.listen(() => heard.push('quiet'))
      closed.close()
      closed.close()
      end()
      closed.post('from a closed one')
      await new Promise<unknown>((resolve) => {
        last.listen((message) => {
          heard.push(message)
          resolve(message)
        })
        sender.post('the only one')
      })
      expect(heard).toEqual(['the only one'])
      for (const one of [quiet, last, sender]) one.close()
    })
  })
}
