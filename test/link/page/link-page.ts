/* Runs in Chromium: the real link over real logs, driven by a test through `window.linkPage`. */
import {
  makeBoxPair,
  identityFromSeed,
  parseSeed,
  toHex,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { makeWriterId, NO_CERTIFICATE, parseLogId } from '../../../client/conversation/ids.ts'
import { openLog } from '../../../client/conversation/open-log.ts'
import type { Log } from '../../../client/conversation/log.ts'
import { unsealHere } from '../../../client/conversation/unseal.ts'
import type { ControlFrame } from '../../../client/link/control-frame.ts'
import { makeIceServers } from '../../../client/link/ice-servers.ts'
import {
  parseRoomKey,
  parseTopic,
  type Link,
  type LinkRole,
  type LinkState,
} from '../../../client/link/link.ts'
import { selectedPair } from '../../../client/link/relay-proof.ts'
import { openRoomMessage } from '../../../client/link/room-cipher.ts'
import { openSignaling } from '../../../client/link/signal-socket.ts'
import { makeWebrtcLinks } from '../../../client/link/webrtc-link.ts'
import { LaneDriver, type TakenFrame } from '../../contract/lane-driver.ts'
import { MemoryEpochs } from '../../helpers/memory-epochs.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

export type LinkOptions = {
  readonly topic: string
  readonly roomKey: string
  readonly logId: readonly number[]
  readonly epochKey: readonly number[]
  readonly seed: readonly number[]
  /** Hex keys that may author in the log, and that `admit` takes. */
  readonly members: readonly string[]
  readonly role: LinkRole
}

type OpenedLink = {
  readonly link: Link
  readonly log: Log
  readonly states: LinkState[]
  readonly controls: ControlFrame[]
  readonly files: LaneDriver
}

const links = new Map<string, OpenedLink>()
const sentTexts: string[] = []
const rawConnections = new Set<RTCPeerConnection>()
let timers = 0

const clock = {
  now: () => Date.now(),
  after(delayMs: number, run: () => void): () => void {
    timers++
    let pending = true
    const end = (): boolean => {
      if (!pending) return false
      pending = false
      timers--
      return true
    }
    const id = setTimeout(() => {
      if (end()) run()
    }, delayMs)
    return () => {
      if (end()) clearTimeout(id)
    }
  },
}

class CountedConnection extends RTCPeerConnection {
  constructor(config: RTCConfiguration) {
    super(config)
    rawConnections.add(this)
  }
}

class RecordedSocket extends WebSocket {
  override send(data: string): void {
    sentTexts.push(data)
    super.send(data)
  }
}

const signaling = openSignaling({
  openSocket: () => new RecordedSocket(`${location.origin.replace('http', 'ws')}/signal`),
  clock,
  random: () => Math.random(),
})
const openLink = makeWebrtcLinks({
  signaling,
  iceServers: makeIceServers(async () => {
    const answer = await fetch('/ice')
    return answer.ok ? answer.text() : null
  }, clock),
  platform: { RTCPeerConnection: CountedConnection, RTCSessionDescription, RTCIceCandidate },
  unloadTarget: window,
  clock,
  random: () => Math.random(),
})

function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('missing in the test page')
  return value
}

function signingOf(seed: readonly number[]): SigningPair {
  return identityFromSeed(must(parseSeed(Uint8Array.from(seed)))).signing
}

async function roomKeyOf({ topic, roomKey }: LinkOptions): Promise<CryptoKey> {
  const utf8 = new TextEncoder()
  const material = await crypto.subtle.importKey('raw', utf8.encode(roomKey), 'PBKDF2', false, [
    'deriveKey',
  ])
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', salt: utf8.encode(topic), iterations: 100_000, hash: 'SHA-256' },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}

const linkPage = {
  async open(name: string, options: LinkOptions): Promise<void> {
    const signing = signingOf(options.seed)
    const isMember = (key: SigningPublicKey): boolean => options.members.includes(toHex(key))
    const log = await openLog({
      ref: { kind: 'conversation', id: must(parseLogId(Uint8Array.from(options.logId))) },
      firstKey: Uint8Array.from(options.epochKey),
      self: { signing, box: makeBoxPair(), certificate: NO_CERTIFICATE },
      writer: makeWriterId(),
      membership: { roleOf: (author) => (isMember(author) ? 'shopper' : null) },
      store: new MemoryStore(),
      epochs: new MemoryEpochs(),
      unseal: unsealHere,
      now: () => Date.now(),
    })
    this.openLink(name, options, log)
  },

  /** A link over a log that is there; closes nothing. */
  openLink(name: string, options: LinkOptions, log: Log): void {
    const link = openLink({
      log,
      topic: must(parseTopic(options.topic)),
      roomKey: must(parseRoomKey(options.roomKey)),
      role: options.role,
      signing: signingOf(options.seed),
      certificate: null,
      admit: (peer) => Promise.resolve(options.members.includes(toHex(peer.key))),
    })
    const files = new LaneDriver(link)
    const opened: OpenedLink = { link, log, states: [link.state()], controls: [], files }
    link.subscribe((state) => opened.states.push(state))
    link.onControl((frame) => opened.controls.push(frame))
    links.set(name, opened)
  },

  /** Closes the link and opens another over the same log at once. */
  reopen(name: string, options: LinkOptions): void {
    const { link, log } = must(links.get(name))
    link.close()
    this.openLink(name, options, log)
  },

  async say(name: string, ...texts: string[]): Promise<void> {
    for (const text of texts) await must(links.get(name)).log.append({ kind: 'text', text })
  },

  /** Each text once, says them without waiting for one another. */
  async burst(name: string, count: number, length: number): Promise<void> {
    const { log } = must(links.get(name))
    const texts = Array.from({ length: count }, (_, index) => String(index % 10).repeat(length))
    await Promise.all(texts.map((text) => log.append({ kind: 'text', text })))
  },

  texts(name: string): string[] {
    const { entries } = must(links.get(name)).log.snapshot()
    return entries.map(({ body }) => (body.kind === 'text' ? body.text : '?'))
  },

  async whenTexts(name: string, count: number): Promise<string[]> {
    const { log } = must(links.get(name))
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (log.snapshot().entries.length >= count) resolve()
      }
      log.subscribe(look)
      look()
    })
    return this.texts(name)
  },

  /** Resolves with the first state of this type, and this failure when one is given. */
  whenState(name: string, type: LinkState['type'], failure?: string): Promise<LinkState> {
    const { link } = must(links.get(name))
    return new Promise((resolve) => {
      const look = (state: LinkState): void => {
        if (state.type !== type) return
        if (failure !== undefined && (state.type !== 'failed' || state.failure !== failure)) return
        resolve(state)
      }
      link.subscribe(look)
      look(link.state())
    })
  },

  states(name: string): LinkState[] {
    return must(links.get(name)).states
  },

  type(name: string, active: boolean): void {
    must(links.get(name)).link.send({ type: 'typing', active })
  },

  async whenControls(name: string, count: number): Promise<ControlFrame[]> {
    const { link, controls } = must(links.get(name))
    while (controls.length < count) {
      await new Promise<void>((resolve) => {
        const end = link.onControl(() => {
          end()
          resolve()
        })
      })
    }
    return controls
  },

  hasFileLane(name: string): boolean {
    return must(links.get(name)).files.hasLane()
  },

  sendFile(name: string, frames: number, bytes: number): Promise<number> {
    return must(links.get(name)).files.send(frames, bytes)
  },

  framesLeft(name: string): number {
    return must(links.get(name)).files.framesLeft
  },

  takeFile(name: string, pace: 'fast' | 'slow'): void {
    must(links.get(name)).files.take(pace)
  },

  takeOn(name: string): void {
    must(links.get(name)).files.takeOn()
  },

  whenTaken(name: string, frames: number): Promise<readonly TakenFrame[]> {
    return must(links.get(name)).files.whenTaken(frames)
  },

  close(name: string): void {
    must(links.get(name)).link.close()
  },

  closeSignaling(): void {
    signaling.close()
  },

  wake(name: string): void {
    must(links.get(name)).link.wake()
  },

  /** What is still open in this page. */
  leftovers(): { connections: number; timers: number } {
    const open = [...rawConnections].filter(({ connectionState }) => connectionState !== 'closed')
    return { connections: open.length, timers }
  },

  madeConnections(): number {
    return rawConnections.size
  },

  /** Candidate types of the pair in use, from each live connection's statistics. */
  async selectedPairs(): Promise<unknown[]> {
    const open = [...rawConnections].filter(
      ({ connectionState }) => connectionState === 'connected',
    )
    return Promise.all(open.map(async (connection) => selectedPair(await connection.getStats())))
  },

  /** All that this page has sent to the room, opened with the room's key. */
  async sentToRoom(options: LinkOptions): Promise<unknown[]> {
    const key = await roomKeyOf(options)
    const opened: unknown[] = []
    for (const text of sentTexts) {
      const frame = JSON.parse(text) as { type: string; topic?: string; data?: unknown }
      if (frame.type === 'publish' && frame.topic === options.topic) {
        opened.push(await openRoomMessage(frame.data, key))
      }
    }
    return opened
  },
}

export type LinkPage = typeof linkPage

declare global {
  interface Window {
    linkPage: LinkPage
  }
}
window.linkPage = linkPage
