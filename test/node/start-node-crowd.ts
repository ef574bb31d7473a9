import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../load/bundle.ts'
import { remoteCrowd, type RemoteCrowd } from '../load/remote-crowd.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const built = new Map<string, Promise<string>>()

/** Sent by the process of a crowd: a call came to its end. Call 0 is that the process is there. */
export type CrowdAnswer =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }

type Waiting = { resolve(value: unknown): void; reject(reason: Error): void }

/** A crowd in a Node process of its own, which uses the service at this origin. */
export async function startNodeCrowd(origin: string): Promise<RemoteCrowd> {
  const child = await startNodeProcess('crowd-process.ts', [origin])
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  child.on('message', (message: CrowdAnswer) => {
    const call = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.type === 'answer') call?.resolve(message.value)
    else call?.reject(new Error(message.message))
  })
  child.once('exit', (code, signal) => {
    const gone = new Error(`the process of the crowd ended: ${code ?? signal}`)
    for (const { reject } of waiting.values()) reject(gone)
  })
  await new Promise((resolve, reject) => waiting.set(lastId++, { resolve, reject }))
  return remoteCrowd(
    (method, args) =>
      new Promise((resolve, reject) => {
        const id = lastId++
        waiting.set(id, { resolve, reject })
        child.send({ id, method, args })
      }),
    () => endProcess(child),
  )
}

/** Builds the script of this folder and runs it; native code stays outside of what is built. */
export async function startNodeProcess(
  script: string,
  args: readonly string[],
): Promise<ChildProcess> {
  const code = built.get(script) ?? bundleForNode(script)
  built.set(script, code)
  // Inside the project, where the imports that stay are found.
  const outputs = join(ROOT, 'test-output')
  mkdirSync(outputs, { recursive: true })
  const folder = await mkdtemp(join(outputs, 'node-'))
  const file = join(folder, script.replace('.ts', '.mjs'))
  await writeFile(file, await code)
  const child = fork(file, args, { serialization: 'advanced', execArgv: [] })
  child.once('exit', () => void rm(folder, { recursive: true, force: true }))
  return child
}

/** By -KILL: the binding may crash in an orderly exit. Resolves when it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

function bundleForNode(script: string): Promise<string> {
  return bundle({
    ssr: { noExternal: true, external: ['@roamhq/wrtc', 'ws'] },
    build: { ssr: fileURLToPath(new URL(script, import.meta.url)) },
  })
}
