import type { SigningPair } from '@hamsa/crypto'
import { signHeads } from '../conversation/heads.ts'
import type { Log } from '../conversation/log.ts'
import type { Link } from '../link/link.ts'

/**
 * Tells peers what a log holds, signed. Signing does not hold the page, so what came is on screen
 * before the peer is told; what changes while one signature is made goes out with the next one, so
 * that heads leave in order and a burst costs few.
 */
export class HeadsTeller {
  readonly #log: Pick<Log, 'ref' | 'epoch' | 'heads'>
  readonly #self: SigningPair
  readonly #waiting = new Set<Pick<Link, 'send'>>()
  #telling: Promise<void> | null = null

  constructor(log: Pick<Log, 'ref' | 'epoch' | 'heads'>, self: SigningPair) {
    this.#log = log
    this.#self = self
  }

  /** Over this link, which is open; one that closes meanwhile loses it without blame. Resolves when it was told. */
  tell(link: Pick<Link, 'send'>): Promise<void> {
    this.#waiting.add(link)
    this.#telling ??= this.#tellAll().finally(() => (this.#telling = null))
    return this.#telling
  }

  async #tellAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const links = [...this.#waiting]
      this.#waiting.clear()
      const frame = await signHeads(this.#log, this.#self)
      for (const link of links) link.send(frame)
    }
  }
}
