import { Listeners } from '../listeners.ts'
import type { TabChannel } from './tab-channel.ts'

/** The tabs of this origin, by the browser's own BroadcastChannel. */
export function openBroadcastTabChannel(name: string): TabChannel {
  const channel = new BroadcastChannel(name)
  const listeners = new Listeners<[unknown]>()
  let isClosed = false
  channel.onmessage = ({ data }: MessageEvent<unknown>) => listeners.notify(data)
  return {
    post(message) {
      if (!isClosed) channel.postMessage(message)
    },
    listen: (listener) => listeners.subscribe(listener),
    close() {
      isClosed = true
      listeners.clear()
      channel.close()
    },
  }
}
