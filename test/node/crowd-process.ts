/* A Node process of its own: a crowd over @roamhq/wrtc, driven by a test over the process channel. */
import wrtc from '@roamhq/wrtc'
import { WebSocket } from 'ws'
import type { Socket } from '../../client/link/signal-socket.ts'
import { Crowd } from '../load/crowd.ts'
import { answerCall, isCrowdMethod } from '../load/remote-crowd.ts'
import type { CrowdAnswer } from './start-node-crowd.ts'

const origin = process.argv[2] ?? ''
// y-webrtc hangs one listener on the process for each room.
process.setMaxListeners(0)

const crowd = new Crowd({
  platform: wrtc,
  openSocket: () => new WebSocket(`${origin.replace('http', 'ws')}/signal`) as Socket,
  fetchIce: async () => {
    const answer = await fetch(`${origin}/ice`)
    return answer.ok ? answer.text() : null
  },
  unloadTarget: null,
  // Of the process itself and its channel to the test are pipes and a stray timer of `fetch`.
  handles: () => process.getActiveResourcesInfo().filter((kind) => !/^(Pipe|TTY)Wrap$/.test(kind)),
})

process.on('message', (message) => void take(message))
// The test went away: the binding's threads would keep the process alive.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
answer({ type: 'answer', id: 0, value: null })

async function take(message: unknown): Promise<void> {
  if (!isCall(message) || !isCrowdMethod(message.method)) throw new Error('no such call')
  const { id } = message
  try {
    answer({ type: 'answer', id, value: await answerCall(crowd, message.method, message.args) })
  } catch (error) {
    answer({ type: 'failed', id, message: String(error) })
  }
}

function answer(message: CrowdAnswer): void {
  process.send?.(message)
}

function isCall(
  value: unknown,
): value is { readonly id: number; readonly method: unknown; readonly args: readonly unknown[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'number' &&
    'method' in value &&
    'args' in value &&
    Array.isArray(value.args)
  )
}
