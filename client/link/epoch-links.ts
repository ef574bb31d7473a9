import type { SigningPublicKey } from '@hamsa/crypto'
import type { Clock } from '../clock.ts'
import type { Log } from '../conversation/log.ts'
import { Listeners } from '../listeners.ts'
import { openingsFrames } from './control-frame.ts'
import type { ControlFrame } from './control-frame.ts'
import type { FileLane } from './file-lane.ts'
import type { Link, LinkRequest, LinkState, LivePeer, OpenLink } from './link.ts'

/** How long an old epoch's connection stays for the opening to arrive by; should it be lost, the next handshake brings it. */
const FAREWELL_MS = 250

/**
 * Links that follow their log from epoch to epoch. A Yjs document belongs to one epoch and y-webrtc
 * ties one document to one room, so when another epoch opens the connections are made anew: the
 * peers are told of the opening first.
 */
export function followEpochs(openLink: OpenLink, clock: Clock): OpenLink {
  return (request) => new EpochLink(request, openLink, clock)
}

class EpochLink implements Link {
  readonly #request: LinkRequest
  readonly #openLink: OpenLink
  readonly #clock: Clock
  readonly #stateListeners = new Listeners<[LinkState]>()
  readonly #controlListeners = new Listeners<[ControlFrame, LivePeer]>()
  readonly #endLogWatch: () => void
  #epoch: Pick<Log, 'epoch' | 'epochName'>
  #inner: Link
  #endInnerWatch: () => void
  #cancelTurn: (() => void) | null = null
  #closed = false

  constructor(request: LinkRequest, openLink: OpenLink, clock: Clock) {
    this.#request = request
    this.#openLink = openLink
    this.#clock = clock
    this.#epoch = epochOf(request.log)
    this.#inner = openLink(request)
    this.#endInnerWatch = this.#watch(this.#inner)
    this.#endLogWatch = request.log.subscribe(() => this.#logChanged())
  }

  state(): LinkState {
    return this.#inner.state()
  }

  subscribe(listener: (state: LinkState) => void): () => void {
    return this.#stateListeners.subscribe(listener)
  }

  send(frame: ControlFrame, to?: SigningPublicKey): void {
    this.#inner.send(frame, to)
  }

  onControl(listener: (frame: ControlFrame, from: LivePeer) => void): () => void {
    return this.#controlListeners.subscribe(listener)
  }

  files(to: SigningPublicKey): FileLane | null {
    return this.#inner.files(to)
  }

  wake(): void {
    this.#inner.wake()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#endLogWatch()
    this.#cancelTurn?.()
    this.#inner.close()
    this.#endInnerWatch()
    this.#stateListeners.clear()
    this.#controlListeners.clear()
  }

  #logChanged(): void {
    const { log } = this.#request
    if (this.#closed || this.#cancelTurn !== null) return
    if (log.epochName === this.#epoch.epochName) return
    for (const frame of openingsFrames(log.openings(this.#epoch.epoch))) this.#inner.send(frame)
    this.#cancelTurn = this.#clock.after(FAREWELL_MS, () => this.#turn())
  }

  #turn(): void {
    this.#cancelTurn = null
    this.#endInnerWatch()
    this.#inner.close()
    this.#epoch = epochOf(this.#request.log)
    this.#inner = this.#openLink(this.#request)
    this.#endInnerWatch = this.#watch(this.#inner)
    this.#stateListeners.notify(this.#inner.state())
  }

  #watch(link: Link): () => void {
    const ends = [
      link.subscribe((state) => this.#stateListeners.notify(state)),
      link.onControl((frame, from) => this.#controlListeners.notify(frame, from)),
    ]
    return () => {
      for (const end of ends) end()
    }
  }
}

function epochOf({ epoch, epochName }: Log): Pick<Log, 'epoch' | 'epochName'> {
  return { epoch, epochName }
}
