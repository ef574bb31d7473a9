/* Runs in Chromium: a crowd of a page's own, driven by a test through `window.crowd`. */
import { Crowd } from './crowd.ts'
import { answerCall, isCrowdMethod } from './remote-crowd.ts'

const broadcastChannels: string[] = []
window.BroadcastChannel = class extends BroadcastChannel {
  constructor(name: string) {
    super(name)
    broadcastChannels.push('BroadcastChannel')
  }
  override close(): void {
    broadcastChannels.pop()
    super.close()
  }
}

const crowd = new Crowd({
  platform: window,
  openSocket: () => new WebSocket(`${location.origin.replace('http', 'ws')}/signal`),
  fetchIce: async () => {
    const answer = await fetch('/ice')
    return answer.ok ? answer.text() : null
  },
  unloadTarget: window,
  handles: () => [...broadcastChannels],
})

declare global {
  interface Window {
    askCrowd: (method: string, args: readonly unknown[]) => Promise<unknown>
  }
}
window.askCrowd = (method, args) => {
  if (!isCrowdMethod(method)) throw new Error('no such call')
  return answerCall(crowd, method, args)
}
