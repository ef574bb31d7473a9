import { toBase64Url, randomBytes } from '@hamsa/crypto'
import type { ControlFrame } from '../../client/link/control-frame.ts'
import { deferLinks } from '../../client/link/deferred-links.ts'
import {
  parseRoomKey,
  parseTopic,
  type Link,
  type LinkState,
  type OpenLink,
} from '../../client/link/link.ts'
import { makeMemoryNetwork } from '../../client/link/memory-link.ts'
import { describe, expect, it } from 'vitest'
import { LaneDriver } from '../contract/lane-driver.ts'
import { linkContract, type LinkEnd, type LinkWorld } from '../contract/link-contract.ts'
import { LogWorld, makeIdentity, type LogPeer } from '../helpers/log-peer.ts'

linkContract('memory', () => makeWorld((openLink) => openLink))
linkContract('memory, loaded later', () =>
  makeWorld((openLink) => deferLinks(() => Promise.resolve(openLink))),
)

function makeWorld(wrap: (openLink: OpenLink) => OpenLink): Promise<LinkWorld> {
  const logs = new LogWorld()
  const network = makeMemoryNetwork()
  const openWrapped = wrap(network.openLink)
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
        const link = openWrapped({
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
      let files = new LaneDriver(link)
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
        hasFileLane: () => Promise.resolve(files.hasLane()),
        sendFile: (frames, bytes) => files.send(frames, bytes),
        framesLeft: () => Promise.resolve(files.framesLeft),
        takeFile: (pace) => Promise.resolve(files.take(pace)),
        takeOn: () => Promise.resolve(files.takeOn()),
        whenTaken: (frames) => files.whenTaken(frames),
        close: () => Promise.resolve(link.close()),
        reopen: () => {
          link.close()
          link = openLink()
          files = new LaneDriver(link)
          return Promise.resolve()
        },
      }
    },
    close: () => Promise.resolve(open.forEach((link) => link.close())),
  })
}

describe('[LK19] a link whose code could not be loaded', () => {
  it('has failed, and the next one asks for it again', async () => {
    const logs = new LogWorld()
    const network = makeMemoryNetwork()
    let asked = 0
    const openLink = deferLinks(() =>
      asked++ < 2 ? Promise.reject(new TypeError('offline')) : Promise.resolve(network.openLink),
    )
    const peers = [await logs.device(), await logs.peer()]
    const open = (peer: LogPeer | undefined): Link => {
      const topic = parseTopic('t'.repeat(43))
      const roomKey = parseRoomKey('k'.repeat(43))
      if (topic === null || roomKey === null || peer === undefined) throw new Error('no room')
      const { log, signing } = peer
      const admit = (): Promise<boolean> => Promise.resolve(true)
      return openLink({ log, topic, roomKey, role: 'shop', signing, certificate: null, admit })
    }
    const first = open(peers[0])
    await new Promise((resolve) => setImmediate(resolve))
    expect(first.state()).toEqual({ type: 'failed', failure: 'not-loaded' })
    expect(asked).toBe(2) // once at the start, once for the link
    first.close()
    expect(first.state().type).toBe('closed')
    const links = [open(peers[0]), open(peers[1])]
    await Promise.all(
      links.map(
        (link) =>
          new Promise<void>((resolve) => {
            link.subscribe(({ type }) => type === 'open' && resolve())
          }),
      ),
    )
    expect(asked).toBe(3)
    for (const link of links) link.close()
  })
})
