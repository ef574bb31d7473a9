import { equalBytes, type SigningPublicKey } from '@hamsa/crypto'
import type * as Y from 'yjs'
import type { Log } from '../conversation/log.ts'
import { replicaOf } from '../conversation/replica.ts'
import { Listeners } from '../listeners.ts'
import { encodeControl } from './control-codec.ts'
import type { ControlFrame } from './control-frame.ts'
import type { CreditedLane } from './credited-lane.ts'
import type { FileLane } from './file-lane.ts'
import type { Link, LinkFailure, LinkRequest, LinkState, LivePeer, OpenLink } from './link.ts'
import { MemoryPipe, type PipeEnd } from './memory-pipe.ts'

/** A network in memory: links of one topic and room key find each other. Nothing is relayed, so its proof is a promise. */
export type MemoryNetwork = {
  readonly openLink: OpenLink
  /** Every link falls to `offline` until `mend`. */
  cut(): void
  mend(): void
}

/** For tests of what stands on links; the same contract suite holds it and the real link. */
export function makeMemoryNetwork(): MemoryNetwork {
  const network = new Network()
  return {
    openLink: (request) => new MemoryLink(request, network),
    cut: () => network.setReachable(false),
    mend: () => network.setReachable(true),
  }
}

class Network {
  readonly links = new Set<MemoryLink>()
  isReachable = true

  setReachable(isReachable: boolean): void {
    this.isReachable = isReachable
    for (const link of [...this.links]) link.reachableChanged()
    if (isReachable) for (const link of [...this.links]) this.introduce(link)
  }

  introduce(link: MemoryLink): void {
    if (!this.isReachable) return
    for (const other of this.links) {
      if (other !== link && !link.knows(other) && link.isInRoomOf(other)) void connect(link, other)
    }
  }
}

async function connect(left: MemoryLink, right: MemoryLink): Promise<void> {
  left.begin(right)
  right.begin(left)
  const sameLog = equalBytes(left.request.log.ref.id, right.request.log.ref.id)
  const [leftAdmits, rightAdmits] = await Promise.all([
    sameLog && left.request.admit(right.self),
    sameLog && right.request.admit(left.self),
  ])
  if (!left.isBeginning(right) || !right.isBeginning(left)) return // closed or cut meanwhile
  if (!leftAdmits) left.refuse(right)
  if (!rightAdmits) right.refuse(left)
  if (!leftAdmits || !rightAdmits) return
  left.opened(right, new MemoryPipe(left, right))
  right.opened(left, new MemoryPipe(right, left))
  left.syncTo(right)
  right.syncTo(left)
}

class MemoryLink implements Link, PipeEnd<MemoryLink> {
  readonly request: LinkRequest
  readonly log: Log
  readonly doc: Y.Doc
  readonly self: LivePeer
  readonly #network: Network
  /** `null` while the handshake runs. */
  readonly #pipes = new Map<MemoryLink, MemoryPipe<MemoryLink> | null>()
  readonly #refused = new Set<MemoryLink>()
  readonly #stateListeners = new Listeners<[LinkState]>()
  readonly #controlListeners = new Listeners<[ControlFrame, LivePeer]>()
  readonly #onUpdate = (update: Uint8Array): void => {
    for (const pipe of this.#pipes.values()) pipe?.update(update)
  }
  #state: LinkState
  #failure: LinkFailure | null = null
  #closed = false

  constructor(request: LinkRequest, network: Network) {
    this.request = request
    this.log = request.log
    this.doc = replicaOf(request.log)
    const { signing, certificate, log } = request
    this.self = { key: signing.publicKey, certificate, epoch: log.epoch }
    this.#network = network
    this.#state = this.#computeState()
    this.doc.on('update', this.#onUpdate)
    network.links.add(this)
    queueMicrotask(() => {
      if (!this.#closed) network.introduce(this) // the opener has subscribed by now
    })
  }

  state(): LinkState {
    return this.#state
  }

  subscribe(listener: (state: LinkState) => void): () => void {
    return this.#stateListeners.subscribe(listener)
  }

  send(frame: ControlFrame, to?: SigningPublicKey): void {
    const bytes = encodeControl(frame)
    for (const [other, pipe] of this.#pipes) {
      if (to === undefined || equalBytes(other.self.key, to)) pipe?.control(bytes)
    }
  }

  onControl(listener: (frame: ControlFrame, from: LivePeer) => void): () => void {
    return this.#controlListeners.subscribe(listener)
  }

  files(to: SigningPublicKey): FileLane | null {
    for (const [other, pipe] of this.#pipes) {
      if (equalBytes(other.self.key, to)) return pipe?.lane ?? null
    }
    return null
  }

  wake(): void {
    this.#network.introduce(this)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#network.links.delete(this)
    this.doc.off('update', this.#onUpdate)
    for (const other of [...this.#pipes.keys()]) this.#part(other)
    this.#update()
    this.#stateListeners.clear()
    this.#controlListeners.clear()
  }

  isInRoomOf({ request: { topic, roomKey } }: MemoryLink): boolean {
    return topic === this.request.topic && roomKey === this.request.roomKey
  }

  /** Connected, connecting, or refused: no introduction is needed. */
  knows(other: MemoryLink): boolean {
    return this.#pipes.has(other) || this.#refused.has(other) || other.#refused.has(this)
  }

  begin(other: MemoryLink): void {
    this.#pipes.set(other, null)
    this.#update()
  }

  isBeginning(other: MemoryLink): boolean {
    return this.#pipes.get(other) === null
  }

  isOpenTo(other: MemoryLink): boolean {
    return this.#pipes.get(other) instanceof MemoryPipe
  }

  laneTo(other: MemoryLink): CreditedLane | null {
    return this.#pipes.get(other)?.lane ?? null
  }

  opened(other: MemoryLink, pipe: MemoryPipe<MemoryLink>): void {
    this.#pipes.set(other, pipe)
    this.#failure = null
    this.#update()
  }

  syncTo(other: MemoryLink): void {
    this.#pipes.get(other)?.sync()
  }

  refuse(other: MemoryLink): void {
    this.#refused.add(other)
    this.#failure = 'peer-refused'
    this.#part(other)
    this.#update()
  }

  takeControl(frame: ControlFrame, from: LivePeer): void {
    this.#controlListeners.notify(frame, from)
  }

  reachableChanged(): void {
    if (!this.#network.isReachable) {
      for (const other of [...this.#pipes.keys()]) this.#part(other)
    }
    this.#update()
  }

  #part(other: MemoryLink): void {
    this.laneTo(other)?.end()
    other.laneTo(this)?.end()
    this.#pipes.delete(other)
    other.#pipes.delete(this)
    other.#update()
  }

  #update(): void {
    const state = this.#computeState()
    if (state.type === this.#state.type && state.type !== 'open') return
    this.#state = state
    this.#stateListeners.notify(state)
  }

  #computeState(): LinkState {
    if (this.#closed) return { type: 'closed' }
    const open = [...this.#pipes].filter(([, pipe]) => pipe !== null)
    if (open.length > 0) {
      return {
        type: 'open',
        peers: open.map(([other]) => other.self),
        proof: { localCandidate: 'relay', remoteCandidate: 'relay' },
      }
    }
    if (!this.#network.isReachable) return { type: 'offline' }
    if (this.#failure !== null) return { type: 'failed', failure: this.#failure }
    return { type: this.#pipes.size > 0 ? 'connecting' : 'waiting' }
  }
}
