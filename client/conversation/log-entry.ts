import { toBase64Url, type Signature, type SigningPublicKey } from '@hamsa/crypto'
import { decodeBody } from './bodies/body-codecs.ts'
import type { CertificateId, Entry, EntryBody, EntryId, LogKind, WriterId } from './log.ts'
import type { EntryContent, SignedEntry } from './signed-entry.ts'

/** An entry that is known to a log. Its body is read, and its id spelled, when somebody asks: a long log opens without either. */
export class LogEntry implements Entry {
  readonly id: EntryId
  readonly author: SigningPublicKey
  readonly certificate: CertificateId
  readonly writer: WriterId
  readonly sequence: number
  readonly previous: EntryId | null
  readonly parents: readonly EntryId[]
  readonly lamport: number
  readonly wallTimeMs: number
  readonly kind: number
  readonly signature: Signature
  readonly content: EntryContent
  readonly #logKind: LogKind
  #body: EntryBody | null = null
  #key: string | null = null

  constructor(signed: SignedEntry, logKind: LogKind) {
    this.id = signed.id
    this.author = signed.author
    this.certificate = signed.certificate
    this.writer = signed.writer
    this.sequence = signed.sequence
    this.previous = signed.previous
    this.parents = signed.parents
    this.lamport = signed.lamport
    this.wallTimeMs = signed.wallTimeMs
    this.kind = signed.kind
    this.signature = signed.signature
    this.content = signed.content
    this.#logKind = logKind
  }

  get key(): string {
    this.#key ??= toBase64Url(this.id)
    return this.#key
  }

  get body(): EntryBody {
    this.#body ??= this.#read()
    return this.#body
  }

  #read(): EntryBody {
    const { kind, content } = this
    if (content.type === 'stripped') return { kind: 'deleted', code: kind }
    return decodeBody(kind, content.body, this.#logKind)
  }
}
