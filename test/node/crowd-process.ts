/* A Node process of its own: a crowd over @roamhq/wrtc, driven by a test over the process channel. */
import { Crowd } from '../load/crowd.ts'
import { answerCall, isCrowdMethod } from '../load/remote-crowd.ts'
import { answerCalls } from './answer-calls.ts'
import { nodePlatform } from './node-platform.ts'

const crowd = new Crowd({
  ...nodePlatform(process.argv[2] ?? ''),
  // Pipes are the process's own, and its channel to the test.
  handles: () => process.getActiveResourcesInfo().filter((kind) => !/^(Pipe|TTY)Wrap$/.test(kind)),
})

answerCalls((method, args) => {
  if (!isCrowdMethod(method)) throw new Error('no such call')
  return answerCall(crowd, method, args)
})
