import {
  identityFromSeed,
  makeSeed,
  randomBytes,
  toHex,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import * as Y from 'yjs'
import { makeWriterId, NO_CERTIFICATE, parseLogId } from '../../client/conversation/ids.ts'
import type { Entry, LogId, LogRef, Verdict, WriterId } from '../../client/conversation/log.ts'
import type { Membership } from '../../client/conversation/membership.ts'
import { openLog, type LogRequest, type OpenedLog } from '../../client/conversation/open-log.ts'
import { replicaOf } from '../../client/conversation/replica.ts'
import { MemoryStore } from './memory-store.ts'

/** One log's world: what all its members share. */
export class LogWorld {
  readonly ref: LogRef = { kind: 'room', id: makeLogId() }
  readonly epoch = { number: 0, key: randomBytes(32) }
  readonly #members = new Set<string>()

  readonly membership: Membership = {
    judge: (author) => (this.#members.has(toHex(author)) ? 'member' : 'unknown'),
  }

  admit(key: SigningPublicKey): void {
    this.#members.add(toHex(key))
  }

  expel(key: SigningPublicKey): void {
    this.#members.delete(toHex(key))
  }

  /** A member with an open log; each call is another author unless `self` is given. */
  async peer(options: PeerOptions = {}): Promise<LogPeer> {
    const signing = options.self ?? makeSigningPair()
    if (options.isMember !== false) this.admit(signing.publicKey)
    const store = options.store ?? new MemoryStore()
    const writer = options.writer ?? makeWriterId()
    const log = await openLog({
      ref: this.ref,
      epoch: this.epoch,
      self: { signing, certificate: NO_CERTIFICATE },
      writer,
      membership: this.membership,
      store,
      now: options.now ?? (() => 1_700_000_000_000),
      ...(options.renewWriter === undefined ? {} : { renewWriter: options.renewWriter }),
    })
    return new LogPeer(this, signing, store, log)
  }
}

export type PeerOptions = Partial<Pick<LogRequest, 'writer' | 'now' | 'renewWriter'>> & {
  readonly self?: SigningPair
  readonly store?: MemoryStore
  readonly isMember?: boolean
}

/** An open log with its keys and store. */
export class LogPeer {
  constructor(
    readonly world: LogWorld,
    readonly signing: SigningPair,
    readonly store: MemoryStore,
    readonly log: OpenedLog,
  ) {}

  get doc(): Y.Doc {
    return replicaOf(this.log)
  }

  get writer(): WriterId {
    return this.log.writer
  }

  async say(text: string): Promise<Entry> {
    const result = await this.log.append({ kind: 'text', text })
    if (result.type === 'refused') throw new Error(result.reason)
    return result.entry
  }

  /** Says something and gives the update that y-webrtc would broadcast for it. */
  async sayAsUpdate(text: string): Promise<Uint8Array> {
    const updates: Uint8Array[] = []
    const keep = (update: Uint8Array) => void updates.push(update)
    this.doc.on('update', keep)
    await this.say(text)
    this.doc.off('update', keep)
    const update = updates[0]
    if (update === undefined || updates.length > 1) throw new Error('expected one update')
    return update
  }

  /** Sync step 2: what this peer has and the other has not. */
  updateFor(other: LogPeer): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc, Y.encodeStateVector(other.doc))
  }

  wholeUpdate(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc)
  }

  /** Hands over all that the other lacks. */
  give(other: LogPeer): Promise<Verdict> {
    return other.log.receive(this.updateFor(other))
  }

  texts(): string[] {
    return this.log
      .snapshot()
      .entries.map(({ body }) => (body.kind === 'text' ? body.text : `unknown ${body.code}`))
  }

  /** Ids on screen, in order. */
  screen(): string[] {
    return this.log.snapshot().entries.map((entry) => toHex(entry.id))
  }

  /** Opens the same storage again, as after a reload of the page. */
  async reload(): Promise<LogPeer> {
    const { world, signing, store, writer } = this
    this.log.close()
    return world.peer({ self: signing, store, writer })
  }
}

export function makeSigningPair(): SigningPair {
  return identityFromSeed(makeSeed()).signing
}

export function makeLogId(): LogId {
  const id = parseLogId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are a log id')
  return id
}

/** Both ways until neither has more for the other. */
export async function syncPair(left: LogPeer, right: LogPeer): Promise<void> {
  await left.give(right)
  await right.give(left)
}
