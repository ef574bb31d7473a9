import { randomBytes, type Brand } from '@hamsa/crypto'

/** 32 bytes that name a log. */
export type LogId = Brand<Uint8Array, 'LogId'>
/** `conversation`: a shop and one shopper. `room`: shoppers among themselves. `staff`: the shop's devices only. */
export type LogKind = 'conversation' | 'room' | 'staff'
export type LogRef = { readonly kind: LogKind; readonly id: LogId }
/** 32 bytes, hash of an entry's header. */
export type EntryId = Brand<Uint8Array, 'EntryId'>
/** 16 bytes, one storage of one author. */
export type WriterId = Brand<Uint8Array, 'WriterId'>
/** 32 bytes, hash of a device certificate; all zero for who needs none (a shopper). */
export type CertificateId = Brand<Uint8Array, 'CertificateId'>

export const LOG_ID_BYTES = 32
export const ENTRY_ID_BYTES = 32
export const WRITER_ID_BYTES = 16
export const CERTIFICATE_ID_BYTES = 32

/** The only place where bytes become an id: `null` when they have not the one length. */
function parse<Name extends string>(
  bytes: Uint8Array,
  length: number,
): Brand<Uint8Array, Name> | null {
  return bytes.length === length ? (bytes as Brand<Uint8Array, Name>) : null
}

/** 32 bytes as the name of a log, or `null`. */
export function parseLogId(bytes: Uint8Array): LogId | null {
  return parse(bytes, LOG_ID_BYTES)
}

/** 32 bytes as the hash of an entry's header, or `null`. */
export function parseEntryId(bytes: Uint8Array): EntryId | null {
  return parse(bytes, ENTRY_ID_BYTES)
}

/** 16 bytes as the name of a writer, or `null`. */
export function parseWriterId(bytes: Uint8Array): WriterId | null {
  return parse(bytes, WRITER_ID_BYTES)
}

/** 32 bytes as the hash of a device certificate, or `null`. */
export function parseCertificateId(bytes: Uint8Array): CertificateId | null {
  return parse(bytes, CERTIFICATE_ID_BYTES)
}

/** A fresh writer, for a storage that was just created or restored. */
export function makeWriterId(): WriterId {
  return randomBytes(WRITER_ID_BYTES) as Uint8Array as WriterId
}

/** What stands for a certificate where none is needed: a shopper's entries. */
export const NO_CERTIFICATE = new Uint8Array(CERTIFICATE_ID_BYTES) as Uint8Array as CertificateId
