import { equalBytes, toBase64Url, type SigningPair } from '@hamsa/crypto'
import * as Y from 'yjs'
import { StorageError, type EntryStore, type StoredEntry } from '../storage/ports.ts'
import { clientIdOf, clockOf } from './client-id.ts'
import { encodeText } from './entry-body.ts'
import { sealEntry, type Epoch } from './entry-seal.ts'
import { MAX_PARENTS, signEntry, type EntryDraft } from './entry.ts'
import { judgeUpdate } from './gate.ts'
import { makeWriterId } from './ids.ts'
import type { KnownEntries, KnownEntry } from './known-entries.ts'
import type {
  AppendFailure,
  AppendResult,
  CertificateId,
  Draft,
  Entry,
  Head,
  Log,
  LogRef,
  LogSnapshot,
  Verdict,
  WriterId,
} from './log.ts'
import type { Membership } from './membership.ts'
import { SerialQueue } from './serial-queue.ts'
import { checkText } from './text-draft.ts'
import { encodeUpdate } from './update-encoder.ts'
import { ROOT_MAP } from './update-item.ts'

/** Latest wall time an entry can state: 48 bits of milliseconds. */
const MAX_TIME_MS = 2 ** 48 - 1

export type StoredLogParts = {
  readonly ref: LogRef
  readonly epoch: Epoch
  readonly self: { readonly signing: SigningPair; readonly certificate: CertificateId }
  readonly writer: WriterId
  readonly membership: Membership
  readonly store: EntryStore
  /** Unix milliseconds. */
  readonly now: () => number
  /**
   * Makes a new writer id and keeps it for the next opening; called when entries of the own writer
   * turn up that this storage has not got, before anything more is written. Without it, or when it
   * rejects, a new id serves this opening only.
   */
  readonly renewWriter?: () => Promise<WriterId>
}

/**
 * A log over an entry store; LOG.md has its rules.
 *
 * - The screen (`snapshot`) is drawn from entries that are stored, never from the Yjs document.
 * - Order of every change: stored, then known, then in Yjs, then told. So neither screen nor peer
 *   is ever ahead of storage.
 * - `append`, `receive` and `meet` run one after another.
 */
export class StoredLog implements Log {
  readonly ref: LogRef
  readonly epoch: number
  readonly #parts: StoredLogParts
  readonly #known: KnownEntries
  readonly #doc: Y.Doc
  readonly #queue = new SerialQueue()
  readonly #listeners = new Set<() => void>()
  #writer: WriterId
  #isClosed = false

  /** `doc` holds exactly the items of `known`. */
  constructor(parts: StoredLogParts, known: KnownEntries, doc: Y.Doc) {
    this.ref = parts.ref
    this.epoch = parts.epoch.number
    this.#parts = parts
    this.#known = known
    this.#doc = doc
    this.#writer = parts.writer
    doc.clientID = this.#clientId()
  }

  /** The writer that the next entry will be by. */
  get writer(): WriterId {
    return this.#writer
  }

  append(draft: Draft): Promise<AppendResult> {
    return this.#queue.run(() => this.#append(draft))
  }

  receive(update: Uint8Array): Promise<Verdict> {
    return this.#queue.run(() => this.#receive(update))
  }

  /**
   * Looks at heads that a peer has signed: when one of the own writer says more than this storage
   * holds (a restored backup, a copied profile), the next entry will be by a new writer.
   */
  meet(heads: readonly Head[]): Promise<void> {
    return this.#queue.run(async () => {
      const isAhead = heads.some((head) => {
        if (!this.#isOwn(head)) return false
        const held = this.#known.bySequence(head.author, head.writer, head.sequence)
        return held === null || !equalBytes(held.entry.id, head.id)
      })
      if (isAhead) await this.renewWriter()
    })
  }

  snapshot(): LogSnapshot {
    return this.#known.snapshot()
  }

  heads(): readonly Head[] {
    return this.snapshot().heads
  }

  subscribe(listener: () => void): () => void {
    const own = () => listener() // two subscriptions of one function are two
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#listeners.clear()
    this.#doc.destroy()
  }

  /** Never writes under the present writer again. */
  async renewWriter(): Promise<void> {
    try {
      this.#writer = (await this.#parts.renewWriter?.()) ?? makeWriterId()
    } catch {
      this.#writer = makeWriterId() // not kept for the next opening; but to write on under the old one would be worse
    }
    this.#doc.clientID = this.#clientId()
  }

  async #append(draft: Draft): Promise<AppendResult> {
    if (this.#isClosed) return { type: 'refused', reason: 'closed' }
    const check = checkText(draft.text)
    if (check.type !== 'fine') return { type: 'refused', reason: check.type }
    const decoded = signEntry(this.#nextEntry(check.text), this.#parts.self.signing)
    const { entry } = decoded
    const item = {
      client: this.#clientId(),
      clock: clockOf(entry.sequence, 0),
      key: toBase64Url(entry.id),
      sealed: sealEntry(decoded, this.#parts.epoch),
    }
    const failure = await this.#store([{ entry, item }])
    if (failure !== null) return { type: 'refused', reason: failure }
    this.#known.add({ entry, item })
    this.#doc.clientID = item.client
    this.#doc.getMap<Uint8Array>(ROOT_MAP).set(item.key, item.sealed)
    this.#tell()
    return { type: 'appended', entry }
  }

  #nextEntry(text: string): EntryDraft {
    const previous = this.#known.head(this.#parts.self.signing.publicKey, this.#writer)
    const frontier = this.#known.frontier()
    // Latest first, so the eight that are named include the highest Lamport time.
    const parents = frontier
      .filter((entry) => entry !== previous)
      .slice(0, MAX_PARENTS)
      .map((entry) => entry.id)
    return {
      log: this.ref.id,
      certificate: this.#parts.self.certificate,
      writer: this.#writer,
      sequence: previous === null ? 0 : previous.sequence + 1,
      previous: previous?.id ?? null,
      parents,
      lamport: 1 + Math.max(previous?.lamport ?? 0, frontier[0]?.lamport ?? 0),
      wallTimeMs: Math.min(Math.max(0, Math.floor(this.#parts.now()) || 0), MAX_TIME_MS),
      ...encodeText(text),
    }
  }

  async #receive(update: Uint8Array): Promise<Verdict> {
    if (this.#isClosed) return { type: 'hold', reason: 'storage' }
    const { verdict, fresh, proven } = await judgeUpdate(update, {
      log: this.ref.id,
      epoch: this.#parts.epoch,
      known: this.#known,
      membership: this.#parts.membership,
    })
    // Before anything else happens: a held or refused frame, too, tells that another storage writes under this name.
    if (proven.some((entry) => this.#isOwn(entry))) await this.renewWriter()
    if (fresh.length === 0) return verdict
    if ((await this.#store(fresh)) !== null) return { type: 'hold', reason: 'storage' }
    for (const one of fresh) this.#known.add(one)
    Y.applyUpdate(this.#doc, encodeUpdate(fresh.map(({ item }) => item)))
    this.#tell()
    return verdict
  }

  #isOwn({ author, writer }: Entry | Head): boolean {
    return (
      equalBytes(author, this.#parts.self.signing.publicKey) && equalBytes(writer, this.#writer)
    )
  }

  #clientId(): number {
    const { publicKey } = this.#parts.self.signing
    return clientIdOf(this.ref.id, this.epoch, publicKey, this.#writer)
  }

  /** `null` once the entries are committed, all of them; else why none is. */
  async #store(entries: readonly KnownEntry[]): Promise<AppendFailure | null> {
    const rows = entries.map(({ entry, item }): StoredEntry => {
      const { id, author, writer, sequence } = entry
      const { sealed } = item
      return { log: this.ref.id, epoch: this.epoch, id, author, writer, sequence, sealed }
    })
    try {
      await this.#parts.store.put(rows)
      return null
    } catch (error) {
      const isFull = error instanceof StorageError && error.code === 'full'
      return isFull ? 'storage-full' : 'storage-failed'
    }
  }

  /** In a microtask, so that a listener that throws harms neither the log nor the other listeners. */
  #tell(): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener()
      })
    }
  }
}
