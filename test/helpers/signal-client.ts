import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A frame as it came, and how it reads. */
type Waiter = (text: string) => void

/** A bare WebSocket that sends what it is told and keeps what it gets: for tests of the service's own rules. */
export class SignalClient {
  readonly socket: WebSocket
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  readonly #inbox: string[] = []
  readonly #waiters: Waiter[] = []

  private constructor(socket: WebSocket) {
    this.socket = socket
    this.closed = new Promise((resolve) => socket.on('close', resolve))
    socket.on('error', () => undefined) // the close code tells
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      const waiter = this.#waiters.shift()
      if (waiter === undefined) this.#inbox.push(text)
      else waiter(text)
    })
  }

  /** Resolves when open; rejects when the service does not let it in. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<SignalClient> {
    const socket = new WebSocket(url, { headers })
    const client = new SignalClient(socket)
    await once(socket, 'open')
    return client
  }

  send(frame: unknown): void {
    this.sendText(JSON.stringify(frame))
  }

  sendText(text: string): void {
    this.socket.send(text)
  }

  /** The next frame, as text. */
  next(): Promise<string> {
    const text = this.#inbox.shift()
    if (text !== undefined) return Promise.resolve(text)
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  async nextFrame(): Promise<unknown> {
    return JSON.parse(await this.next())
  }

  async ask(frame: unknown): Promise<unknown> {
    this.send(frame)
    return this.nextFrame()
  }

  /**
   * Frames that have come, once everything sent so far has been acted on: the service answers a
   * ping after what came before it.
   */
  async settle(): Promise<readonly string[]> {
    this.send({ type: 'ping' })
    const frames: string[] = []
    for (;;) {
      const text = await this.next()
      if (text === '{"type":"pong"}') return frames
      frames.push(text)
    }
  }

  async subscribe(...topics: string[]): Promise<void> {
    this.send({ type: 'subscribe', topics })
    await this.settle()
  }

  async close(): Promise<void> {
    this.socket.terminate()
    await this.closed
  }
}
