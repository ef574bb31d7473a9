import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from './free-port.ts'
import { findProgram } from './installed-program.ts'

const HOST = '127.0.0.1'

export const findNatsServer = (): string | null => findProgram('nats-server')

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
  const port = await freePort(HOST)
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
