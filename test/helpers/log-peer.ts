import {
  identityFromSeed,
  makeSeed,
  randomBytes,
  toHex,
  type Identity,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import * as Y from 'yjs'
import type { EpochMember } from '../../client/conversation/epoch-opening.ts'
import type { Epoch } from '../../client/conversation/entry-seal.ts'
import { makeWriterId, NO_CERTIFICATE, parseLogId } from '../../client/conversation/ids.ts'
import type {
  Draft,
  Entry,
  EntryId,
  LogId,
  LogKind,
  LogRef,
  Verdict,
  WriterId,
} from '../../client/conversation/log.ts'
import type { MemberRole, Membership } from '../../client/conversation/membership.ts'
import { openLog, type LogParts, type OpenedLog } from '../../client/conversation/open-log.ts'
import { replicaOf } from '../../client/conversation/replica.ts'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { MemoryEpochs } from './memory-epochs.ts'
import { MemoryStore } from './memory-store.ts'

/** One log's world: what all its members share. */
export class LogWorld {
  readonly ref: LogRef
  readonly firstKey = randomBytes(32)
  /** The epoch that needs no opening. */
  readonly epoch: Epoch = { number: 0, tag: 0, key: this.firstKey }
  readonly #roles = new Map<string, MemberRole | null>()

  readonly #revoked = new Set<string>()

  readonly membership: Membership = {
    roleOf: (author) => this.#roles.get(toHex(author)) ?? null,
    isRevoked: (author) => this.#revoked.has(toHex(author)),
  }

  constructor(kind: LogKind = 'room') {
    this.ref = { kind, id: makeLogId() }
  }

  admit(key: SigningPublicKey, role: MemberRole = 'shopper'): void {
    this.#roles.set(toHex(key), role)
  }

  /** Nobody has heard of this key, or of its certificate. */
  expel(key: SigningPublicKey): void {
    this.#roles.set(toHex(key), null)
  }

  /** This device is no device of the shop any more. */
  revoke(key: SigningPublicKey): void {
    this.#revoked.add(toHex(key))
  }

  /** A member with an open log; each call is another author unless `self` is given. */
  async peer(options: PeerOptions = {}): Promise<LogPeer> {
    const { role = 'shopper', store = new MemoryStore(), epochs = new MemoryEpochs() } = options
    const self = options.self ?? makeIdentity()
    const isNew = !this.#roles.has(toHex(self.signing.publicKey))
    if (isNew && options.isMember !== false) this.admit(self.signing.publicKey, role)
    const log = await openLog({
      ref: this.ref,
      firstKey: this.firstKey,
      self: { ...self, certificate: NO_CERTIFICATE },
      writer: options.writer ?? makeWriterId(),
      membership: this.membership,
      store,
      epochs,
      unseal: options.unseal ?? unsealHere,
      now: options.now ?? (() => 1_700_000_000_000),
      ...(options.renewWriter === undefined ? {} : { renewWriter: options.renewWriter }),
    })
    return new LogPeer(this, self, store, epochs, log)
  }

  /** A device of the shop, which may open epochs. */
  device(options: PeerOptions = {}): Promise<LogPeer> {
    return this.peer({ role: 'agent', ...options })
  }
}

export type PeerOptions = Partial<Pick<LogParts, 'writer' | 'now' | 'renewWriter' | 'unseal'>> & {
  readonly self?: Identity
  readonly store?: MemoryStore
  readonly epochs?: MemoryEpochs
  readonly role?: MemberRole
  /** `false`: nobody knows this author. */
  readonly isMember?: boolean
}

/** An open log with its keys and stores. */
export class LogPeer {
  constructor(
    readonly world: LogWorld,
    readonly self: Identity,
    readonly store: MemoryStore,
    readonly epochs: MemoryEpochs,
    readonly log: OpenedLog,
  ) {}

  get signing(): Identity['signing'] {
    return this.self.signing
  }

  get key(): SigningPublicKey {
    return this.self.signing.publicKey
  }

  get doc(): Y.Doc {
    return replicaOf(this.log)
  }

  get writer(): WriterId {
    return this.log.writer
  }

  /** As the members of an epoch are named. */
  get member(): EpochMember {
    return { key: this.key, box: this.self.box.publicKey }
  }

  async append(draft: Draft): Promise<Entry> {
    const result = await this.log.append(draft)
    if (result.type === 'refused') throw new Error(result.reason)
    return result.entry
  }

  say(text: string): Promise<Entry> {
    return this.append({ kind: 'text', text })
  }

  delete(target: EntryId): Promise<Entry> {
    return this.append({ kind: 'delete', target })
  }

  /** Opens the next epoch for itself and these. */
  async openEpoch(...others: readonly LogPeer[]): Promise<void> {
    await this.log.openEpoch([this, ...others].map(({ member }) => member))
  }

  sayAsUpdate(text: string): Promise<Uint8Array> {
    return this.appendAsUpdate({ kind: 'text', text })
  }

  /** Appends and gives the update that y-webrtc would broadcast for it. */
  async appendAsUpdate(draft: Draft): Promise<Uint8Array> {
    const updates: Uint8Array[] = []
    const { doc } = this
    const keep = (update: Uint8Array) => void updates.push(update)
    doc.on('update', keep)
    await this.append(draft)
    doc.off('update', keep)
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

  /** Hands over all of the open epoch that the other lacks. */
  give(other: LogPeer): Promise<Verdict> {
    return other.log.receive(this.updateFor(other))
  }

  /** What is on screen, in order; what is no text by its kind. */
  texts(): string[] {
    return this.log.snapshot().entries.map(({ body }) => textOf(body))
  }

  /** Ids on screen, in order. */
  screen(): string[] {
    return this.log.snapshot().entries.map((entry) => toHex(entry.id))
  }

  /** Opens the same storage again, as after a reload of the page. */
  async reload(): Promise<LogPeer> {
    const { world, self, store, epochs, writer } = this
    this.log.close()
    return world.peer({ self, store, epochs, writer })
  }
}

function textOf(body: Entry['body']): string {
  if (body.kind === 'text') return body.text
  return body.kind === 'unknown' ? `unknown ${body.code}` : body.kind
}

export function makeIdentity(): Identity {
  return identityFromSeed(makeSeed())
}

export function makeSigningPair(): SigningPair {
  return makeIdentity().signing
}

export function makeLogId(): LogId {
  const id = parseLogId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are a log id')
  return id
}

/** Both ways until neither has more for the other, within one epoch. */
export async function syncPair(left: LogPeer, right: LogPeer): Promise<void> {
  await left.give(right)
  await right.give(left)
}
