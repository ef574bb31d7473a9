import { openingsFrames } from '../link/control-frame.ts'
import type { Link, LivePeer } from '../link/link.ts'
import { StorageError } from '../storage/ports.ts'
import { HeadsTeller } from './heads-teller.ts'
import type { SeenMarks } from './seen-marks.ts'
import type { TalkParts } from './talk-parts.ts'

export type PeerBriefingParts = Pick<TalkParts, 'log' | 'self' | 'certificates' | 'revocations'> & {
  readonly seen: Pick<SeenMarks, 'told'>
}

/** What peers are told of one's own side of a talk: when their link opens, and when it changes. */
export class PeerBriefing {
  readonly #parts: PeerBriefingParts
  readonly #headsTeller: HeadsTeller

  constructor(parts: PeerBriefingParts) {
    this.#parts = parts
    this.#headsTeller = new HeadsTeller(parts.log, parts.self)
  }

  /** All of it, to the peers of a link that is open. */
  tellAll(link: Link, peers: readonly LivePeer[]): void {
    // In this order: an opening counts only under a certificate that is known, heads only in their epoch.
    this.tellCertificates([link])
    const list = this.#parts.revocations?.() ?? null
    if (list !== null) link.send({ type: 'revocations', list })
    for (const peer of peers) this.#tellOpenings(link, peer)
    void this.#headsTeller.tell(link).then(() => this.tellSeen(() => [link]))
  }

  /** Own side has a new certificate: what is written next stands under it. */
  tellCertificates(links: readonly Link[]): void {
    const certificates = this.#parts.certificates?.() ?? []
    if (certificates.length === 0) return
    for (const link of links) link.send({ type: 'certificates', certificates })
  }

  tellHeads(links: readonly Link[]): void {
    for (const link of links) void this.#headsTeller.tell(link)
  }

  /** How far was seen here, over the links that are open once that is signed. */
  async tellSeen(openLinks: () => readonly Link[]): Promise<void> {
    const frame = await this.#parts.seen.told()
    if (frame === null) return
    for (const link of openLinks()) link.send(frame)
  }

  /** A peer told of these. Resolves when they are stored or passed over. */
  async receiveOpenings(
    openings: readonly Uint8Array[],
    from: LivePeer,
    link: Link,
  ): Promise<void> {
    try {
      const epoch = await this.#parts.log.receiveOpenings(openings)
      // The peer has not got the line that counts here: it is told of that, and tells us of its own.
      if (epoch !== null) this.#tellOpenings(link, { ...from, epoch })
    } catch (error) {
      passOver(error)
    }
  }
  /** What a peer that connected with an older epoch, or a rival of ours, has not got. */
  #tellOpenings(link: Link, { key, epoch }: LivePeer): void {
    for (const frame of openingsFrames(this.#parts.log.openings(epoch))) link.send(frame, key)
  }
}

/** Storage failed: what a peer told of comes again when it connects anew. */
function passOver(error: unknown): void {
  if (!(error instanceof StorageError)) throw error
}
