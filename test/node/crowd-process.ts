/* A Node process of its own: a crowd over @roamhq/wrtc, driven by a test over the process channel. */
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
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
  fetchIce: () => getText(`${origin}/ice`),
  unloadTarget: null,
  // Pipes are the process's own, and its channel to the test.
  handles: () => process.getActiveResourcesInfo().filter((kind) => !/^(Pipe|TTY)Wrap$/.test(kind)),
})

process.on('message', (message) => void take(message))
// The test went away: the binding's threads would keep the process alive.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
answer({ type: 'answer', id: 0, value: null })

/** By a connection of its own: `fetch` keeps one for later, which would count as left open. */
async function getText(url: string): Promise<string | null> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject)
  })
  const answer = await text(response)
  return response.statusCode === 200 ? answer : null
}

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
