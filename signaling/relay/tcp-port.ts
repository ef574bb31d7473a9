import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'

export type TcpPort = {
  readonly port: number
  /** Lets nobody new in and resolves when every connection is closed; once only. */
  close(): Promise<void>
}

/** Listens on one TCP port; rejects with Node's error when it cannot be had. */
export async function openTcpPort(
  host: string,
  port: number,
  enter: (socket: Socket) => void,
): Promise<TcpPort> {
  const server = createServer({ noDelay: true }, enter)
  server.listen({ host, port })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP port has a number')
  return {
    port: address.port,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}
