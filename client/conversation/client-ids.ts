import type { SigningPublicKey } from '@hamsa/crypto'
import { clientIdOf } from './client-id.ts'
import type { LogId, WriterId } from './log.ts'
import { writerKeyOf } from './writer-key.ts'

/** Yjs client ids of the writers in one epoch. */
export class ClientIds {
  readonly #log: LogId
  readonly #epoch: number
  readonly #ids = new Map<string, number>()
  readonly #owners = new Map<number, string>()

  constructor(log: LogId, epoch: number) {
    this.#log = log
    this.#epoch = epoch
  }

  of(author: SigningPublicKey, writer: WriterId): number {
    const name = writerKeyOf(author, writer)
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    const id = clientIdOf(this.#log, this.#epoch, author, writer)
    this.#ids.set(name, id)
    return id
  }

  /** Gives a writer's id to it for good, unless another one has it: called when its first entry is known. */
  own(author: SigningPublicKey, writer: WriterId): void {
    const id = this.of(author, writer)
    if (!this.#owners.has(id)) this.#owners.set(id, writerKeyOf(author, writer))
  }

  /** Whether another writer has this one's id: the hashes meet in 53 bits, which only its author can have looked for. */
  isTaken(author: SigningPublicKey, writer: WriterId): boolean {
    const owner = this.#owners.get(this.of(author, writer))
    return owner !== undefined && owner !== writerKeyOf(author, writer)
  }
}
