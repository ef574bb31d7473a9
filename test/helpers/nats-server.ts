import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

const HOST = '127.0.0.1'

/** Debian puts it where only root's PATH looks. */
export function findNatsServer(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin']
  return (
    folders.map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path)) ?? null
  )
}

export type NatsServer = {
  /** `127.0.0.1:<port>`, the same after a restart. */
  readonly address: string
  /** At once, without a word. */
  kill(): Promise<void>
  start(): Promise<void>
}

/** A real nats-server on a free port; it is started. */
export async function startNatsServer(): Promise<NatsServer> {
  const program = findNatsServer()
  if (program === null) throw new Error('no nats-server')
  const port = await freePort()
  let child: ChildProcess | null = null
  const server: NatsServer = {
    address: `${HOST}:${port}`,
    async start() {
      const started = spawn(program, ['-a', HOST, '-p', String(port)])
      child = started
      await new Promise<void>((resolve, reject) => {
        started.stderr.on('data', (data: Buffer) => {
          if (data.toString().includes('Server is ready')) resolve()
        })
        started.once('exit', () => reject(new Error('nats-server did not start')))
      })
    },
    async kill() {
      if (child?.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      child = null
    },
  }
  await server.start()
  return server
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST)
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
