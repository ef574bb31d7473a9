/* Runs in Chromium: a crowd of a page's own, driven by a test through `window.crowd`. */
import { Crowd } from './crowd.ts'
import { answerCall, isCrowdMethod } from './remote-crowd.ts'

const crowd = new Crowd({
  platform: window,
  openSocket: () => new WebSocket(`${location.origin.replace('http', 'ws')}/signal`),
  fetchIce: async () => {
    const answer = await fetch('/ice')
    return answer.ok ? answer.text() : null
  },
  unloadTarget: window,
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
