/* Runs in Chromium over its own IndexedDB and worker, driven by a test or benchmark through `window.speedPage`. */
import { openDB } from 'idb'
import { randomBytes, toHex, type SigningPair } from '@hamsa/crypto'
import * as Y from 'yjs'
import type { Verdict } from '../../../client/conversation/log.ts'
import { openLog, type OpenedLog } from '../../../client/conversation/open-log.ts'
import { replicaOf } from '../../../client/conversation/replica.ts'
import { MAX_HAVE_ENTRIES } from '../../../client/link/control-frame.ts'
import { followEpochs } from '../../../client/link/epoch-links.ts'
import { makeIceServers } from '../../../client/link/ice-servers.ts'
import { parseRoomKey, parseTopic, type Link, type LinkRole } from '../../../client/link/link.ts'
import { openSignaling } from '../../../client/link/signal-socket.ts'
import { makeWebrtcLinks } from '../../../client/link/webrtc-link.ts'
import { DisclosureChoice } from '../../../client/session/disclosure.ts'
import { DrawnMessages } from '../../../client/session/message-list.ts'
import { Receipts } from '../../../client/session/receipts.ts'
import { Talk } from '../../../client/session/talk.ts'
import { indexedStorage } from '../../../client/storage/indexed-storage.ts'
import { pausePage } from '../../../client/worker/page-pause.ts'
import { makeCryptoWorkerSpawner } from '../../../client/worker/spawn-crypto-worker.ts'
import { openWorkerCrypto } from '../../../client/worker/worker-crypto.ts'
import { watchThread, type ThreadReport } from './thread-watch.ts'
import { loadPlain, StoredTalk, type PlainTalk, type TalkNotes } from '../stored-talk.ts'

/**
 * What can be timed. `plain`: Yjs takes the same values from memory, and WebCrypto verifies the heads;
 * `plain-read`: the same, out of IndexedDB. `open`: a log out of its encrypted storage, down to what
 * a screen draws from. `messages`: and each message's text. `document`: and the Yjs document of the
 * open epoch, as a link asks for it.
 */
export type Timed = 'plain' | 'plain-read' | 'open' | 'messages' | 'document'

export type ReceiveReport = ThreadReport & {
  readonly tookMs: number
  /** Messages on screen in the end. */
  readonly shown: number
  /** Entries on the disk in the end. */
  readonly stored: number
  readonly frames: number
  /** Frames that were not accepted. */
  readonly refused: number
}

const clock = {
  now: () => Date.now(),
  after(delayMs: number, run: () => void) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
const workers = openWorkerCrypto({
  spawn: makeCryptoWorkerSpawner(window),
  clock,
  pause: pausePage,
})

function openStorage(name: string) {
  return indexedStorage(name, {
    subtle: crypto.subtle,
    manager: navigator.storage,
    stretch: workers.stretch,
    now: clock.now,
  })
}

const storage = openStorage('hamsa-speed')

/** What the next page needs to open the talk again; in the clear, since nobody's words are in it. */
const notes = openDB('speed-notes', 1, {
  upgrade: (database) => void database.createObjectStore('notes'),
})

async function readNotes<Value>(key: string): Promise<Value> {
  const value: unknown = await (await notes).get('notes', key)
  return value as Value // what this very file has put
}

async function keepNotes(key: string, value: unknown): Promise<void> {
  await (await notes).put('notes', value, key)
}

/** What brings a newcomer up to date, as a link would bring it. */
type Frames = {
  readonly openings: readonly Uint8Array[]
  /** Closed epochs, part by part. */
  readonly history: readonly (readonly Uint8Array[])[]
  /** The open epoch. */
  readonly update: Uint8Array
}

async function framesOf(source: StoredTalk): Promise<Frames> {
  const log = await source.open()
  const history: Uint8Array[][] = []
  const ranges = log.heads().map((head) => ({ ...head, from: 0, to: head.sequence }))
  const closed = log.epoch === 0 ? [] : [...log.answer({ epoch: log.epoch - 1, ranges })]
  for (let at = 0; at < closed.length; at += MAX_HAVE_ENTRIES) {
    history.push(closed.slice(at, at + MAX_HAVE_ENTRIES))
  }
  const update = Y.encodeStateAsUpdate(replicaOf(log))
  const openings = log.openings(0)
  log.close()
  return { openings, history, update }
}

async function takeFrames(log: OpenedLog, frames: Frames): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  if (frames.openings.length > 0) await log.receiveOpenings(frames.openings)
  for (const sealed of frames.history) verdicts.push(await log.receiveHistory(sealed))
  verdicts.push(await log.receive(frames.update))
  return verdicts
}

/** The real link, as `wire.ts` makes it; whoever proves a key of the talk is let in, since both are. */
function openLinkOver(
  log: OpenedLog,
  ends: {
    readonly topic: string
    readonly roomKey: string
    readonly role: LinkRole
    readonly signing: SigningPair
  },
): Link {
  const topic = parseTopic(ends.topic)
  const roomKey = parseRoomKey(ends.roomKey)
  if (topic === null || roomKey === null) throw new Error('43 characters each')
  const random = (): number => Math.random()
  const signaling = openSignaling({
    openSocket: () => new WebSocket(`${location.origin.replace('http', 'ws')}/signal`),
    clock,
    random,
  })
  const openLink = makeWebrtcLinks({
    signaling,
    iceServers: makeIceServers(async () => (await fetch('/ice')).text(), clock),
    ...{ platform: window, unloadTarget: window, clock, random },
  })
  return followEpochs(
    openLink,
    clock,
  )({
    ...{ log, topic, roomKey, role: ends.role, signing: ends.signing, certificate: null },
    admit: () => Promise.resolve(true),
  })
}

let talk: StoredTalk | null = null
let plain: PlainTalk | null = null
let source: StoredTalk | null = null
let frames: Frames | null = null

const speedPage = {
  /** Signs and stores a talk of so many messages. */
  async prepareTalk(count: number): Promise<void> {
    talk = await StoredTalk.make(storage.entries, count)
    await keepNotes('talk', talk.notes())
  },

  /** Keeps the same talk in plain Yjs; on the page that made it. */
  async preparePlain(): Promise<void> {
    if (talk === null) throw new Error('nothing was made on this page')
    await keepNotes('plain', talk.plain())
  },

  /** Bytes that the browser says this origin takes. */
  async usage(): Promise<number> {
    return (await navigator.storage.estimate()).usage ?? 0
  },

  /** Makes a talk of so many messages, and the frames in which a link would bring it to a newcomer. `epochEntries` as many as the talk: one Yjs update brings all of it. */
  async prepareFrames(count: number, epochEntries?: number): Promise<void> {
    source = await StoredTalk.make(openStorage('hamsa-source').entries, count, epochEntries)
    frames = await framesOf(source)
  },

  /** The newcomer takes it in: verified by the worker, stored, and shown after each change. */
  async receive(): Promise<ReceiveReport> {
    if (source === null || frames === null) throw new Error('nothing was made on this page')
    const fresh = openStorage(`hamsa-newcomer-${toHex(randomBytes(4))}`)
    const log = await openLog({ ...source.newcomer(fresh.entries), unseal: workers.unseal })
    const self = source.shopper.identity.signing
    const disclosure = await DisclosureChoice.load(fresh.vault)
    const talk = await Talk.open({ log, self, disclosure, vault: fresh.vault, clock })
    let shown = 0
    talk.subscribe(() => (shown = talk.messages().length))
    replicaOf(log).on('update', () => undefined) // as y-webrtc does
    const watch = watchThread()
    const startMs = performance.now()
    const verdicts = await takeFrames(log, frames)
    await pausePage()
    const tookMs = performance.now() - startMs
    const report = await watch.stop()
    talk.close()
    const stored = (await fresh.entries.load(log.ref.id)).entries.length
    fresh.close()
    const refused = verdicts.filter(({ type }) => type !== 'accept').length
    return { ...report, tookMs, shown, stored, refused, frames: verdicts.length }
  },

  /** The shop's side of a talk of so many messages, over a link: whoever comes gets it all. Gives what the newcomer needs. */
  async offer(count: number, topic: string, roomKey: string): Promise<TalkNotes> {
    source = await StoredTalk.make(openStorage('hamsa-source').entries, count)
    const log = await source.open()
    const { signing } = source.shop.identity
    const disclosure = await DisclosureChoice.load(storage.vault)
    const talk = await Talk.open({ log, self: signing, disclosure, vault: storage.vault, clock })
    talk.attach(openLinkOver(log, { topic, roomKey, role: 'shop', signing }))
    return source.notes()
  },

  /** The newcomer's side: nothing stored but the keys; resolves when all is on screen and on the disk. */
  async join(
    notes: TalkNotes,
    count: number,
    topic: string,
    roomKey: string,
  ): Promise<ReceiveReport> {
    const fresh = openStorage(`hamsa-newcomer-${toHex(randomBytes(4))}`)
    const known = StoredTalk.again(fresh.entries, notes)
    const log = await openLog({ ...known.newcomer(fresh.entries), unseal: workers.unseal })
    const { signing } = known.shopper.identity
    const disclosure = await DisclosureChoice.load(fresh.vault)
    const talk = await Talk.open({ log, self: signing, disclosure, vault: fresh.vault, clock })
    const watch = watchThread()
    const startMs = performance.now()
    let frames = 0
    const complete = new Promise<void>((resolve) => {
      talk.subscribe(() => {
        frames++
        if (talk.messages().length >= count) resolve()
      })
    })
    talk.attach(openLinkOver(log, { topic, roomKey, role: 'shopper', signing }))
    await complete
    await pausePage()
    const tookMs = performance.now() - startMs
    const report = await watch.stop()
    const shown = talk.messages().length
    talk.close()
    const stored = (await fresh.entries.load(log.ref.id)).entries.length
    fresh.close()
    return { ...report, tookMs, shown, stored, refused: 0, frames }
  },

  /** Milliseconds that it takes, once. */
  async time(what: Timed): Promise<number> {
    talk ??= StoredTalk.again(storage.entries, await readNotes<TalkNotes>('talk'))
    if (what === 'plain') plain ??= await readNotes<PlainTalk>('plain')
    // A desk has read its own record before it opens a conversation; then its database and keys are open.
    await storage.vault.read('shop')
    const startMs = performance.now()
    switch (what) {
      case 'plain':
        if (plain !== null) await loadPlain(plain)
        break
      case 'plain-read':
        await loadPlain(await readNotes<PlainTalk>('plain'))
        break
      default: {
        const log = await talk.open()
        const snapshot = log.snapshot()
        if (what !== 'open') {
          const self = talk.shop.publicKey
          new DrawnMessages().draw({
            log: snapshot,
            self: (author) => author.every((byte, index) => byte === self[index]),
            receipts: new Receipts(),
            seen: null,
            linkOpen: false,
            nowMs: clock.now(),
            keys: new Map(),
          })
        }
        if (what === 'document') replicaOf(log)
        const tookMs = performance.now() - startMs
        log.close()
        return tookMs
      }
    }
    return performance.now() - startMs
  },
}

export type SpeedPage = typeof speedPage

declare global {
  interface Window {
    speedPage: SpeedPage
  }
}
window.speedPage = speedPage
