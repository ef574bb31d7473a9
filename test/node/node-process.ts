import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../load/bundle.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const built = new Map<string, Promise<string>>()

/** Sent by the process: a call came to its end. Call 0 is that the process is there. */
export type ProcessAnswer =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }

/** A Node process of the test's own that does what it is asked by name. */
export type NodeProcess = {
  call(method: string, args: readonly unknown[]): Promise<unknown>
  /** By -KILL: the binding may crash in an orderly exit. Resolves when it is gone; harmless twice. */
  end(): Promise<void>
}

type Waiting = { resolve(value: unknown): void; reject(reason: Error): void }

/** Builds a script, named as seen from this folder, as one file and runs it; resolves when it answers. */
export async function startNodeProcess(
  script: string,
  args: readonly string[],
): Promise<NodeProcess> {
  const { child, folder } = await run(script, args)
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  child.on('message', (message: ProcessAnswer) => {
    const call = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.type === 'answer') call?.resolve(message.value)
    else call?.reject(new Error(message.message))
  })
  child.once('exit', (code, signal) => {
    const gone = new Error(`${script} ended: ${code ?? signal}`)
    for (const { reject } of waiting.values()) reject(gone)
  })
  await new Promise((resolve, reject) => waiting.set(lastId++, { resolve, reject }))
  return {
    call: (method, given) =>
      new Promise((resolve, reject) => {
        const id = lastId++
        if (!child.connected) return reject(new Error(`${script} has ended`))
        waiting.set(id, { resolve, reject })
        child.send({ id, method, args: given })
      }),
    async end() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function run(
  script: string,
  args: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly folder: string }> {
  const code = built.get(script) ?? bundleForNode(script)
  built.set(script, code)
  // Inside the project, where the imports that stay are found.
  const outputs = join(ROOT, 'test-output')
  await mkdir(outputs, { recursive: true })
  const folder = await mkdtemp(join(outputs, 'node-'))
  const file = join(folder, basename(script).replace('.ts', '.mjs'))
  await writeFile(file, await code)
  return { child: fork(file, args, { serialization: 'advanced', execArgv: [] }), folder }
}

/** Native code stays outside of what is built. */
function bundleForNode(script: string): Promise<string> {
  return bundle({
    ssr: { noExternal: true, external: ['@roamhq/wrtc', 'ws'] },
    build: { ssr: fileURLToPath(new URL(script, import.meta.url)) },
  })
}
