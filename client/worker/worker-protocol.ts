import type { Epoch } from '../conversation/entry-seal.ts'
import type { Unsealed } from '../conversation/entry-verifier.ts'
import { parseLogId } from '../conversation/ids.ts'
import type { LogId } from '../conversation/log.ts'
import { packBytes, unpackBytes } from './byte-list.ts'
import { decodeVerdict, encodeVerdict } from './verdict-codec.ts'

/** What a page gives its worker to do. */
export type Work =
  /** Open and verify entries of one log, sealed for one epoch. */
  | {
      readonly type: 'unseal'
      readonly log: LogId
      readonly epoch: Epoch
      readonly sealed: readonly Uint8Array[]
    }
  /** Make a key of a passphrase. */
  | { readonly type: 'stretch'; readonly passphrase: string; readonly salt: Uint8Array }

/** Page to worker. */
export type Request = { readonly id: number; readonly work: Work }

/** What came of a piece of work. */
export type Result =
  /** One verdict for each sealed entry, in order. */
  | { readonly type: 'unsealed'; readonly log: LogId; readonly unsealed: readonly Unsealed[] }
  | { readonly type: 'stretched'; readonly key: Uint8Array }
  /** The work threw. The page does it again and meets the same error, where its caller can catch it. */
  | { readonly type: 'failed' }

/** Worker to page, once for each request, under its id. */
export type Answer = { readonly id: number; readonly result: Result }

/** A message as `postMessage` takes it; what is transferred is gone from this side. */
export type Parcel = { readonly message: unknown; readonly transfer: ArrayBuffer[] }

export function wrapRequest({ id, work }: Request): Parcel {
  if (work.type === 'stretch') return { message: { id, work }, transfer: [] }
  const sealed = packBytes(work.sealed)
  return { message: { id, work: { ...work, sealed } }, transfer: [sealed.buffer] }
}

/** The pair of `wrapRequest`; `null` when malformed. */
export function parseRequest(message: unknown): Request | null {
  if (!isRecord(message) || typeof message.id !== 'number') return null
  const work = parseWork(message.work)
  return work === null ? null : { id: message.id, work }
}

export function wrapAnswer({ id, result }: Answer): Parcel {
  if (result.type !== 'unsealed') return { message: { id, result }, transfer: [] }
  const { log } = result
  const unsealed = packBytes(result.unsealed.map((one) => encodeVerdict(one, log)))
  return { message: { id, result: { ...result, unsealed } }, transfer: [unsealed.buffer] }
}

/** The pair of `wrapAnswer`; `null` when malformed. */
export function parseAnswer(message: unknown): Answer | null {
  if (!isRecord(message) || typeof message.id !== 'number') return null
  const result = parseResult(message.result)
  return result === null ? null : { id: message.id, result }
}

function parseWork(value: unknown): Work | null {
  if (!isRecord(value)) return null
  switch (value.type) {
    case 'unseal': {
      const log = parseLog(value.log)
      const epoch = parseEpoch(value.epoch)
      const sealed = parseList(value.sealed)
      if (log === null || epoch === null || sealed === null) return null
      return { type: 'unseal', log, epoch, sealed }
    }
    case 'stretch': {
      const { passphrase, salt } = value
      if (typeof passphrase !== 'string' || !(salt instanceof Uint8Array)) return null
      return { type: 'stretch', passphrase, salt }
    }
    default:
      return null
  }
}

function parseResult(value: unknown): Result | null {
  if (!isRecord(value)) return null
  switch (value.type) {
    case 'unsealed': {
      const log = parseLog(value.log)
      const encoded = parseList(value.unsealed)
      if (log === null || encoded === null) return null
      const unsealed = encoded.map((one) => decodeVerdict(one, log)).filter((one) => one !== null)
      return unsealed.length === encoded.length ? { type: 'unsealed', log, unsealed } : null
    }
    case 'stretched':
      return value.key instanceof Uint8Array ? { type: 'stretched', key: value.key } : null
    case 'failed':
      return { type: 'failed' }
    default:
      return null
  }
}

function parseEpoch(value: unknown): Epoch | null {
  if (!isRecord(value)) return null
  const { number, tag, key } = value
  if (typeof number !== 'number' || typeof tag !== 'number') return null
  return key instanceof Uint8Array ? { number, tag, key } : null
}

function parseLog(value: unknown): LogId | null {
  return value instanceof Uint8Array ? parseLogId(value) : null
}

function parseList(value: unknown): readonly Uint8Array[] | null {
  return value instanceof Uint8Array ? unpackBytes(value) : null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
