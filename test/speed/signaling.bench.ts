import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bench, describe } from 'vitest'
import { WebSocket } from 'ws'
import { bundle } from '../load/bundle.ts'
import { freePort } from '../helpers/free-port.ts'
import { percentile } from './figures.ts'
import { cpuSecondsOf, residentBytesOf } from './process-figures.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const IDLE = 5_000
const PAIRS = 50
const PUBLISHES = 100_000
/** On their way at once, so that neither end waits for the other. */
const WINDOW = 40
const PER_SECOND = 500
const LATENCY_SECONDS = 10
/** A signal of y-webrtc, sealed. */
const DATA = 'x'.repeat(600)

type Server = {
  readonly name: string
  readonly url: string
  readonly child: ChildProcess
  readonly pid: number
}

/** So that garbage, which comes and goes, is little of what a process holds. */
const FRUGAL = ['--max-semi-space-size=1']

/** Our service, and the server that y-webrtc ships. */
async function startServers(flags: readonly string[]): Promise<readonly Server[]> {
  const folder = join(ROOT, 'test-output')
  await mkdir(folder, { recursive: true })
  const script = join(folder, 'signaling-process.mjs')
  const code = await bundle({
    ssr: { noExternal: [/^@hamsa\//] },
    build: { ssr: fileURLToPath(new URL('../load/signaling-process.ts', import.meta.url)) },
  })
  await writeFile(script, code)
  const ours = spawn(process.execPath, [...flags, script])
  const said = await once(ours.stdout, 'data').then((data: unknown[]) => String(data[0]))
  await rm(script)

  const port = await freePort()
  const shipped = join(ROOT, 'node_modules/y-webrtc/bin/server.js')
  const env = { PORT: String(port) }
  const theirs = spawn(process.execPath, [...flags, shipped], { env })
  await once(theirs.stdout, 'data')
  return [
    {
      name: 'this service',
      url: `ws://127.0.0.1:${Number(said)}/signal`,
      child: ours,
      pid: ours.pid ?? 0,
    },
    {
      name: "y-webrtc's server",
      url: `ws://127.0.0.1:${port}/`,
      child: theirs,
      pid: theirs.pid ?? 0,
    },
  ]
}

async function open(url: string, topic: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'subscribe', topics: [topic] }))
  const answered = once(socket, 'message')
  socket.send('{"type":"ping"}')
  await answered
  return socket
}

async function openMany(url: string, count: number, topicOf: (index: number) => string) {
  const sockets: WebSocket[] = []
  for (let first = 0; first < count; first += 100) {
    const group = Array.from({ length: Math.min(100, count - first) }, (_, index) =>
      open(url, topicOf(first + index)),
    )
    sockets.push(...(await Promise.all(group)))
  }
  return sockets
}

/** Each pair keeps a few publishes on their way until all have come; gives publishes a CPU second. */
async function pushAll(server: Server): Promise<number> {
  const topicOf = (index: number): string => `pair ${index >> 1}`
  const sockets = await openMany(server.url, 2 * PAIRS, topicOf)
  let left = PUBLISHES
  let come = 0
  const before = await cpuSecondsOf(server.pid)
  await new Promise<void>((resolve) => {
    sockets.forEach((socket, index) => {
      if (index % 2 === 1) return
      const text = JSON.stringify({ type: 'publish', topic: topicOf(index), data: DATA })
      const say = (): void => {
        if (left-- > 0) socket.send(text)
      }
      sockets[index + 1]?.on('message', () => {
        if (++come === PUBLISHES) resolve()
        say()
      })
      for (let count = 0; count < WINDOW; count++) say()
    })
  })
  const used = (await cpuSecondsOf(server.pid)) - before
  for (const socket of sockets) socket.terminate()
  return PUBLISHES / used
}

/** Milliseconds from one end to the other, at a steady rate. */
async function latencies(server: Server): Promise<readonly number[]> {
  const [speaker, listener] = await openMany(server.url, 2, () => 'latency')
  if (speaker === undefined || listener === undefined) throw new Error('no pair')
  const times: number[] = []
  const total = PER_SECOND * LATENCY_SECONDS
  let sent = 0
  await new Promise<void>((resolve) => {
    listener.on('message', (message: Buffer) => {
      const saidAt = Number(/"data":"([\d.]+) /.exec(message.toString())?.[1])
      times.push(performance.now() - saidAt)
      if (times.length === total) resolve()
    })
    const startedAt = performance.now()
    const beat = setInterval(() => {
      const due = Math.min(total, ((performance.now() - startedAt) * PER_SECOND) / 1000)
      for (; sent < due; sent++) {
        const data = `${performance.now()} ${DATA}`
        speaker.send(JSON.stringify({ type: 'publish', topic: 'latency', data }))
      }
      if (sent >= total) clearInterval(beat)
    }, 2)
  })
  speaker.terminate()
  listener.terminate()
  return times
}

const openIdle = (url: string): Promise<readonly WebSocket[]> =>
  openMany(url, IDLE, (index) => `idle ${index}`)

function endAll(sockets: readonly WebSocket[]): void {
  for (const socket of sockets) socket.terminate()
}

const frugal = await startServers(FRUGAL)
for (const server of frugal) {
  endAll(await openMany(server.url, 100, () => 'warm'))
  const before = await residentBytesOf(server.pid)
  const idle = await openIdle(server.url)
  const bytes = (await residentBytesOf(server.pid)) - before
  endAll(idle)
  process.stdout.write(`${server.name}: ${(bytes / IDLE / 1000).toFixed(1)} KB an idle socket\n`)
}

const servers = await startServers([])
for (const server of servers) {
  const idle = await openIdle(server.url)
  await pushAll(server) // warm
  const times = await latencies(server)
  const perSecond = [await pushAll(server), await pushAll(server), await pushAll(server)]
  endAll(idle)
  process.stdout.write(
    `${server.name}: beside ${IDLE} idle sockets ${PER_SECOND} publishes a second ` +
      `p50 ${percentile(times, 0.5).toFixed(2)}, p99 ${percentile(times, 0.99).toFixed(2)} ms; ` +
      `${percentile(perSecond, 0.5).toFixed(0)} publishes a CPU second\n`,
  )
}

/** Vitest wants something to time; the figures are above. */
describe('signalling', () => {
  const stop = (): void => {
    for (const { child } of [...frugal, ...servers]) child.kill('SIGKILL')
  }
  bench('stops', stop, { time: 0, iterations: 1, warmupTime: 0, warmupIterations: 0 })
})
