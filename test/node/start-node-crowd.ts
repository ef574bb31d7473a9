import { remoteCrowd, type RemoteCrowd } from '../load/remote-crowd.ts'
import { startNodeProcess } from './node-process.ts'

/** A crowd in a Node process of its own, which uses the service at this origin. */
export async function startNodeCrowd(origin: string): Promise<RemoteCrowd> {
  const { call, end } = await startNodeProcess('crowd-process.ts', [origin])
  return remoteCrowd(call, end)
}
