/*
 * Many people in one process or page, each with a real log, a real link and a signalling socket of
 * its own. Runs in Chromium and in Node: what differs is passed in. The two ends of one
 * conversation never share a process: y-webrtc knows one room of a name there.
 */
import {
  identityFromSeed,
  makeBoxPair,
  parseSeed,
  toHex,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import type { Clock } from '../../client/clock.ts'
import { makeWriterId, NO_CERTIFICATE, parseLogId } from '../../client/conversation/ids.ts'
import type { Log } from '../../client/conversation/log.ts'
import { openLog } from '../../client/conversation/open-log.ts'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { makeIceServers, type FetchIce } from '../../client/link/ice-servers.ts'
import { parseRoomKey, parseTopic, type Link, type LinkState } from '../../client/link/link.ts'
import type { RtcPlatform, UnloadTarget } from '../../client/link/platform.ts'
import { selectedPair, type SelectedPair } from '../../client/link/relay-proof.ts'
import { openSignaling } from '../../client/link/signal-socket.ts'
import type { Socket } from '../../client/link/socket-to-service.ts'
import type { Signaling } from '../../client/link/signaling.ts'
import { makeWebrtcLinks } from '../../client/link/webrtc-link.ts'
import { MemoryEpochs } from '../helpers/memory-epochs.ts'
import { MemoryStore } from '../helpers/memory-store.ts'
import type { LinkOptions } from '../link/page/link-page.ts'
import { Counted } from './counted.ts'

export type CrowdParts = {
  readonly platform: RtcPlatform
  readonly openSocket: () => Socket
  readonly fetchIce: FetchIce
  readonly unloadTarget: UnloadTarget
  /** What else holds something open here, by kind: handles of a process, channels of a page. */
  readonly handles: () => readonly string[]
}

/** One end of one conversation: a name for the test, and what it is opened with. */
export type PersonOptions = { readonly name: string; readonly link: LinkOptions }

/** What is still open after everything was closed. */
export type Leftovers = {
  readonly connections: number
  readonly sockets: number
  readonly timers: number
  readonly handles: readonly string[]
}

type Person = {
  readonly options: LinkOptions
  readonly log: Log
  readonly signaling: Signaling
  readonly link: Link
  readonly states: LinkState[]
  readonly startedMs: number
}

/** What a test asks of a crowd; arguments and answers are plain data, since it runs elsewhere. */
export class Crowd {
  readonly #parts: CrowdParts
  readonly #people = new Map<string, Person>()
  readonly #connections = new Counted<RTCPeerConnection>((one) => one.connectionState !== 'closed')
  readonly #sockets = new Counted<Socket>((one) => !isClosed(one))
  readonly #clock = new CountingClock()
  readonly #platform: RtcPlatform

  constructor(parts: CrowdParts) {
    this.#parts = parts
    const connections = this.#connections
    const { RTCSessionDescription, RTCIceCandidate } = parts.platform
    this.#platform = {
      RTCSessionDescription,
      RTCIceCandidate,
      // Returned, not extended: a Node binding keeps its properties on the instance.
      RTCPeerConnection: function (config: RTCConfiguration): RTCPeerConnection {
        return connections.add(new parts.platform.RTCPeerConnection(config))
      } as unknown as RtcPlatform['RTCPeerConnection'],
    }
  }

  /** Opens all logs first, then starts all links in the same moment. */
  async open(people: readonly PersonOptions[]): Promise<void> {
    const logs = await Promise.all(people.map(({ link }) => openMemoryLog(link)))
    people.forEach(({ name, link }, index) => {
      const log = logs[index]
      if (log !== undefined) this.#start(name, link, log)
    })
  }

  /** Closes each link and opens another over the same log, as a page does that is shown again. */
  async reopen(names: readonly string[]): Promise<void> {
    const people = names.map((name) => [name, this.#person(name)] as const)
    await this.close(names)
    for (const [name, { options, log }] of people) this.#start(name, options, log)
  }

  /** Milliseconds from start to open, for each. */
  async whenOpen(names: readonly string[]): Promise<number[]> {
    return Promise.all(
      names.map(async (name) => {
        await this.whenState(name, 'open')
        return Math.round(performance.now() - this.#person(name).startedMs)
      }),
    )
  }

  whenState(name: string, type: LinkState['type'], failure?: string): Promise<LinkState> {
    const { link } = this.#person(name)
    return new Promise((resolve) => {
      const look = (state: LinkState): void => {
        if (state.type !== type) return
        if (failure !== undefined && (state.type !== 'failed' || state.failure !== failure)) return
        end()
        resolve(state)
      }
      const end = link.subscribe(look)
      look(link.state())
    })
  }

  states(name: string): Promise<LinkState[]> {
    return Promise.resolve([...this.#person(name).states])
  }

  async say(name: string, texts: readonly string[]): Promise<void> {
    const { log } = this.#person(name)
    for (const text of texts) await log.append({ kind: 'text', text })
  }

  texts(name: string): Promise<string[]> {
    const { entries } = this.#person(name).log.snapshot()
    return Promise.resolve(entries.map(({ body }) => (body.kind === 'text' ? body.text : '?')))
  }

  /** All texts, once there are `count`. */
  async whenTexts(name: string, count: number): Promise<string[]> {
    const { log } = this.#person(name)
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (log.snapshot().entries.length < count) return
        end()
        resolve()
      }
      const end = log.subscribe(look)
      look()
    })
    return this.texts(name)
  }

  wake(names: readonly string[]): Promise<void> {
    for (const name of names) this.#person(name).link.wake()
    return Promise.resolve()
  }

  close(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const { link, signaling } = this.#person(name)
      link.close()
      signaling.close()
      this.#people.delete(name)
    }
    return Promise.resolve()
  }

  madeConnections(): Promise<number> {
    return Promise.resolve(this.#connections.made)
  }

  /** Resolves once this many connections were made in all. */
  async whenMade(count: number): Promise<void> {
    while (this.#connections.made < count) await this.#connections.next()
  }

  madeSockets(): Promise<number> {
    return Promise.resolve(this.#sockets.made)
  }

  leftovers(): Promise<Leftovers> {
    return Promise.resolve({
      connections: this.#connections.open().length,
      sockets: this.#sockets.open().length,
      timers: this.#clock.running,
      handles: this.#parts.handles(),
    })
  }

  /** Candidate types of the pair in use, from the statistics of each live connection. */
  async selectedPairs(): Promise<(SelectedPair | null)[]> {
    const live = this.#connections.open().filter((one) => one.connectionState === 'connected')
    return Promise.all(live.map(async (connection) => selectedPair(await connection.getStats())))
  }

  #start(name: string, options: LinkOptions, log: Log): void {
    const random = (): number => Math.random()
    const clock = this.#clock
    const signaling = openSignaling({
      openSocket: () => this.#sockets.add(this.#parts.openSocket()),
      clock,
      random,
    })
    const openLink = makeWebrtcLinks({
      signaling,
      iceServers: makeIceServers(this.#parts.fetchIce, clock),
      platform: this.#platform,
      unloadTarget: this.#parts.unloadTarget,
      clock,
      random,
    })
    const link = openLink({
      log,
      topic: must(parseTopic(options.topic)),
      roomKey: must(parseRoomKey(options.roomKey)),
      role: options.role,
      signing: signingOf(options),
      certificate: null,
      admit: (peer) => Promise.resolve(options.members.includes(toHex(peer.key))),
    })
    const states: LinkState[] = [link.state()]
    link.subscribe((state) => states.push(state))
    const startedMs = performance.now()
    this.#people.set(name, { options, log, signaling, link, states, startedMs })
  }

  #person(name: string): Person {
    return must(this.#people.get(name))
  }
}

/** Counts the timers that would still run: one that stays is a leak. */
class CountingClock implements Clock {
  running = 0

  now(): number {
    return Date.now()
  }

  after(delayMs: number, run: () => void): () => void {
    this.running++
    let isPending = true
    const end = (): boolean => {
      if (!isPending) return false
      isPending = false
      this.running--
      return true
    }
    const timer = setTimeout(() => {
      if (end()) run()
    }, delayMs)
    return () => {
      if (end()) clearTimeout(timer)
    }
  }
}

async function openMemoryLog(options: LinkOptions): Promise<Log> {
  const isMember = (key: SigningPublicKey): boolean => options.members.includes(toHex(key))
  return openLog({
    ref: { kind: 'conversation', id: must(parseLogId(Uint8Array.from(options.logId))) },
    firstKey: Uint8Array.from(options.epochKey),
    self: { signing: signingOf(options), box: makeBoxPair(), certificate: NO_CERTIFICATE },
    writer: makeWriterId(),
    membership: { roleOf: (author) => (isMember(author) ? 'shopper' : null) },
    store: new MemoryStore(),
    epochs: new MemoryEpochs(),
    unseal: unsealHere,
    now: () => Date.now(),
  })
}

function signingOf({ seed }: LinkOptions): SigningPair {
  return identityFromSeed(must(parseSeed(Uint8Array.from(seed)))).signing
}

/** `CLOSED` of the browser's WebSocket and of `ws`. */
const SOCKET_CLOSED = 3

function isClosed(socket: Socket): boolean {
  return 'readyState' in socket && socket.readyState === SOCKET_CLOSED
}

function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('missing in the crowd')
  return value
}
