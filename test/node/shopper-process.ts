/* A Node process of its own: the shopper's whole session without a page, driven by a test. */
import { unsealHere } from '../../client/conversation/unseal.ts'
import type { Clock } from '../../client/clock.ts'
import { followEpochs } from '../../client/link/epoch-links.ts'
import { makeIceServers } from '../../client/link/ice-servers.ts'
import { openSignaling } from '../../client/link/signal-socket.ts'
import { makeWebrtcLinks } from '../../client/link/webrtc-link.ts'
import { openChat } from '../../client/session/chat-session.ts'
import type { ChatSession, ChatSnapshot, Thread } from '../../client/session/snapshots.ts'
import { cheapStretch, testStorage } from '../helpers/test-storage.ts'
import { answerCalls } from './answer-calls.ts'
import { nodePlatform } from './node-platform.ts'

const origin = process.argv[2] ?? ''
const clock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
let chat: ChatSession | null = null

answerCalls(async (method, [given]) => {
  switch (method) {
    case 'start':
      return start(String(given))
    case 'say':
      open().send(String(given))
      return null
    case 'texts':
      return whenThread(({ messages }) => messages.length >= Number(given))
    case 'delivered':
      return whenThread(({ messages }) =>
        messages.some(
          ({ text, state }) => text === given && (state === 'delivered' || state === 'seen'),
        ),
      )
    case 'connected':
      return whenThread(({ connection }) => connection.type === 'connected')
    case 'close':
      open().close()
      return null
    default:
      throw new Error('no such call')
  }
})

/** Opens the invite, over the storage that the process has, and starts the chat when it is new. */
async function start(fragment: string): Promise<null> {
  const { openSocket, fetchIce, platform, unloadTarget } = nodePlatform(origin)
  const random = (): number => Math.random()
  const signaling = openSignaling({ openSocket, clock, random })
  const links = makeWebrtcLinks({
    signaling,
    iceServers: makeIceServers(fetchIce, clock),
    platform,
    unloadTarget,
    clock,
    random,
  })
  chat = openChat({
    storage: testStorage('headless-shopper'), // closed with the session, opened again with the next
    signaling,
    openLink: followEpochs(links, clock),
    unseal: unsealHere,
    stretch: cheapStretch,
    clock,
    random,
    place: { origin, isLocal: true },
    obstacle: null,
    fragment,
  })
  const { type } = await when((one) => one.type === 'preview' || one.type === 'open')
  if (type === 'preview') chat.start()
  await when((one) => one.type === 'open')
  return null
}

/** Texts of all messages, once this holds of them. */
async function whenThread(fits: (thread: Thread) => boolean): Promise<readonly string[]> {
  const snapshot = await when((one) => one.type === 'open' && fits(one.thread))
  return snapshot.type === 'open' ? snapshot.thread.messages.map(({ text }) => text) : []
}

function when(fits: (snapshot: ChatSnapshot) => boolean): Promise<ChatSnapshot> {
  const session = open()
  return new Promise((resolve) => {
    const look = (): void => {
      const snapshot = session.snapshot()
      if (!fits(snapshot)) return
      end()
      resolve(snapshot)
    }
    const end = session.subscribe(look)
    look()
  })
}

function open(): ChatSession {
  if (chat === null) throw new Error('not started')
  return chat
}
