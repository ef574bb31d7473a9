import { toBase64Url, randomBytes } from '@hamsa/crypto'
import type { ControlFrame } from '../../client/link/control-frame.ts'
import { parseRoomKey, parseTopic, type Link, type LinkState } from '../../client/link/link.ts'
import { makeMemoryNetwork } from '../../client/link/memory-link.ts'
import { linkContract, type LinkEnd } from '../contract/link-contract.ts'
import { LogWorld, makeIdentity } from '../helpers/log-peer.ts'

linkContract('memory', () => {
  const logs = new LogWorld()
  const network = makeMemoryNetwork()
  const topic = parseTopic(toBase64Url(randomBytes(32)))
  const roomKey = parseRoomKey(toBase64Url(randomBytes(32)))
  const stranger = makeIdentity()
  const open: Link[] = []

  return Promise.resolve({
    async open(role, who = 'member'): Promise<LinkEnd> {
      if (topic === null || roomKey === null) throw new Error('32 bytes make a topic')
      const peer = await logs.peer(who === 'stranger' ? { self: stranger, isMember: false } : {})
      const states: LinkState[] = []
      const controls: ControlFrame[] = []
      const waiters = new Set<() => void>()
      const changed = (): void => waiters.forEach((waiter) => waiter())
      const until = (isDone: () => boolean): Promise<void> =>
        new Promise((resolve) => {
          const look = (): void => {
            if (!isDone()) return
            waiters.delete(look)
            resolve()
          }
          waiters.add(look)
          look()
        })
      peer.log.subscribe(changed)
      const openLink = (): Link => {
        const link = network.openLink({
          log: peer.log,
          topic,
          roomKey,
          role,
          signing: peer.signing,
          certificate: null,
          admit: ({ key }) => Promise.resolve(key !== stranger.signing.publicKey),
        })
        open.push(link)
        states.splice(0, states.length, link.state())
        link.subscribe((state) => {
          states.push(state)
          changed()
        })
        link.onControl((frame) => {
          controls.push(frame)
          changed()
        })
        return link
      }
      let link = openLink()
      return {
        say: async (text) => {
          await peer.say(text)
        },
        texts: () => Promise.resolve(peer.texts()),
        whenTexts: async (count) => {
          await until(() => peer.texts().length >= count)
          return peer.texts()
        },
        whenState: async (type) => {
          await until(() => link.state().type === type)
          return link.state()
        },
        states: () => Promise.resolve(states.map(({ type }) => type)),
        type: (active) => Promise.resolve(link.send({ type: 'typing', active })),
        whenTyping: async (count) => {
          await until(() => controls.length >= count)
          return controls.map((frame) => frame.type === 'typing' && frame.active)
        },
        close: () => Promise.resolve(link.close()),
        reopen: () => {
          link.close()
          link = openLink()
          return Promise.resolve()
        },
      }
    },
    close: () => Promise.resolve(open.forEach((link) => link.close())),
  })
})
