import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { RoomMessage } from '../../client/link/room-message.ts'
import { roomVoice, type RoomVoice } from './room-voice.ts'

const HOST = '127.0.0.1'

export type SaidKind = 'announce' | 'offer' | 'answer' | 'candidate' | 'other'

/** A frame of a client on its way to the service. */
export type Said = {
  readonly kind: SaidKind
  /** As it came. */
  readonly text: string
  /** `null` when it is no publish, or of a room whose key is not known. */
  readonly room: { readonly topic: string; readonly message: RoomMessage } | null
}

/** What goes on in place of a frame: nothing, itself, or others, each after a while. */
export type Told = readonly { readonly text: string; readonly afterMs?: number }[]
export type Lie = (said: Said) => Told | Promise<Told>

export type LyingSignaling = {
  readonly port: number
  /** `http://127.0.0.1:<port>`: pages and `/ice` come through as they are. */
  readonly origin: string
  /** Frames of this room are understood from now on. */
  learn(topic: string, roomKey: string): Promise<RoomVoice>
  /** What is done to frames from now on; `null`: nothing. */
  tell(lie: Lie | null): void
  /** Frames that clients have published since `record`, in rooms that are known. */
  recorded(): readonly Said[]
  record(): void
  /** Says this to every client in the topic. How many that were. */
  inject(topic: string, data: unknown): number
  /** Everything that is asked for by HTTP (with its headers) and said in frames, either way, is told to this from now on. */
  overhear(listener: (text: string) => void): void
  /** Frames that came, went on, and were left out or changed. */
  counts(): { readonly heard: number; readonly told: number; readonly withheld: number }
  /** Where the real service is from now on; open connections stay. */
  retarget(port: number): void
  /** Ends all clients' connections. */
  cut(): void
  close(): Promise<void>
}

type Client = { readonly near: WebSocket; readonly far: WebSocket; readonly topics: Set<string> }

/** Stands between clients and the real service, knows the keys that it was given, and lies when told to. */
export async function startLyingSignaling(targetPort: number): Promise<LyingSignaling> {
  let target = targetPort
  let lie: Lie | null = null
  let recording: Said[] | null = null
  let overheard: (text: string) => void = () => undefined
  let [heard, told, withheld] = [0, 0, 0]
  let isClosed = false
  const voices = new Map<string, RoomVoice>()
  const clients = new Set<Client>()
  const timers = new Set<NodeJS.Timeout>()

  async function understand(text: string, topics: Set<string>): Promise<Said> {
    const frame = parseFrame(text)
    for (const topic of frame?.topics ?? []) {
      if (frame?.type === 'subscribe') topics.add(topic)
      else topics.delete(topic)
    }
    const voice = frame?.topic === undefined ? undefined : voices.get(frame.topic)
    const message = frame?.type === 'publish' ? await voice?.open(frame.data) : null
    if (message === null || message === undefined || frame?.topic === undefined) {
      return { kind: 'other', text, room: null }
    }
    return { kind: kindOf(message), text, room: { topic: frame.topic, message } }
  }

  async function passOn(text: string, { far, topics }: Client): Promise<void> {
    const said = await understand(text, topics)
    heard++
    if (said.room !== null) recording?.push(said)
    const instead = lie === null ? [{ text }] : await lie(said)
    if (!instead.some((one) => one.text === text)) withheld++
    for (const { text: next, afterMs = 0 } of instead) {
      told++
      if (afterMs === 0) send(far, next)
      else {
        const timer = setTimeout(() => {
          timers.delete(timer)
          send(far, next)
        }, afterMs)
        timers.add(timer)
      }
    }
  }

  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const server = createServer((request, response) => {
    const { method, url, headers } = request
    overheard(`${method ?? ''} ${url ?? ''} ${JSON.stringify(headers)}`)
    request.on('data', (data: Buffer) => overheard(data.toString('latin1')))
    const onward = httpRequest({ host: HOST, port: target, method, path: url, headers })
    onward.on('error', () => response.destroy()) // the service is down: so is this
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const { host, origin } = request.headers
    overheard(`${request.url ?? ''} ${JSON.stringify(request.headers)}`)
    const far = new WebSocket(`ws://${HOST}:${target}${request.url ?? '/'}`, {
      headers: {
        ...(host === undefined ? {} : { host }),
        ...(origin === undefined ? {} : { origin }),
      },
      perMessageDeflate: false,
    })
    far.on('error', () => stream.destroy()) // the service is down, or says no
    far.once('open', () => {
      sockets.handleUpgrade(request, stream, head, (near) => {
        const client: Client = { near, far, topics: new Set() }
        clients.add(client)
        // One after another: only a lie may change the order.
        let chain = Promise.resolve()
        near.on('message', (data: Buffer) => {
          overheard(data.toString())
          chain = chain.then(() => passOn(data.toString(), client))
        })
        far.on('message', (data: Buffer) => {
          overheard(data.toString())
          send(near, data.toString())
        })
        near.on('error', () => undefined)
        near.on('close', () => {
          clients.delete(client)
          far.terminate()
        })
        far.on('close', (code, reason) => {
          clients.delete(client)
          if (isSayable(code)) near.close(code, reason)
          else near.terminate()
        })
      })
    })
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the liar has no port')

  return {
    port: address.port,
    origin: `http://${HOST}:${address.port}`,
    async learn(topic, roomKey) {
      const voice = await roomVoice(topic, roomKey)
      voices.set(topic, voice)
      return voice
    },
    tell(next) {
      lie = next
    },
    record() {
      recording = []
    },
    overhear(listener) {
      overheard = listener
    },
    recorded: () => recording ?? [],
    inject(topic, data) {
      const there = [...clients].filter(({ topics }) => topics.has(topic))
      const text = JSON.stringify({ type: 'publish', topic, data })
      for (const { near } of there) send(near, text)
      return there.length
    },
    counts: () => ({ heard, told, withheld }),
    retarget(port) {
      target = port
    },
    cut() {
      for (const { near } of clients) near.terminate()
    },
    async close() {
      if (isClosed) return
      isClosed = true
      for (const timer of timers) clearTimeout(timer)
      for (const { near, far } of clients) {
        near.terminate()
        far.terminate()
      }
      sockets.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function send(socket: WebSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(text)
}

function kindOf(message: RoomMessage): SaidKind {
  return message.type === 'announce' ? 'announce' : message.signal.type
}

/** Close codes that may be sent (RFC 6455 §7.4); the others only say how a connection ended. */
function isSayable(code: number): boolean {
  return code >= 1000 && code < 5000 && ![1004, 1005, 1006, 1015].includes(code)
}

type Frame = {
  readonly type: unknown
  readonly topic?: string
  readonly topics?: readonly string[]
  readonly data?: unknown
}

/** What a client sent; it is one of ours, so only the shape that it needs is looked at. */
function parseFrame(text: string): Frame | null {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null && 'type' in value ? value : null
}
