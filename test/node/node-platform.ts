/* What the client takes from its surroundings, in Node: @roamhq/wrtc, `ws`, and a request of its own. */
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import wrtc from '@roamhq/wrtc'
import { WebSocket } from 'ws'
import type { FetchIce } from '../../client/link/ice-servers.ts'
import type { RtcPlatform, UnloadTarget } from '../../client/link/platform.ts'
import type { Socket } from '../../client/link/socket-to-service.ts'

export type NodePlatform = {
  readonly platform: RtcPlatform
  readonly openSocket: () => Socket
  readonly fetchIce: FetchIce
  readonly unloadTarget: UnloadTarget
}

/** For the service at this origin. */
export function nodePlatform(origin: string): NodePlatform {
  // y-webrtc hangs one listener on the process for each room.
  process.setMaxListeners(0)
  return {
    platform: wrtc,
    openSocket: () => new WebSocket(`${origin.replace('http', 'ws')}/signal`) as Socket,
    fetchIce: () => getText(`${origin}/ice`),
    unloadTarget: null,
  }
}

/** By a connection of its own: `fetch` keeps one for later, which would count as left open. */
async function getText(url: string): Promise<string | null> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject)
  })
  const answer = await text(response)
  return response.statusCode === 200 ? answer : null
}
