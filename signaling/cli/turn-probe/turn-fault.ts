/** What a relay has done wrong, in the eyes of one who asks it for something. */
export type TurnFaultReason =
  /** The time was up first. */
  | { readonly type: 'silent' }
  /** The system's code, or that of TLS: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
  | { readonly type: 'unreachable'; readonly code: string }
  /** It has ended the connection. */
  | { readonly type: 'cut' }
  /** What it sent is no TURN. */
  | { readonly type: 'garbled' }
  /** A STUN error code (RFC 8489 §14.8, RFC 8656 §19). */
  | { readonly type: 'refused'; readonly code: number }

/** Stays inside this folder: `proveRelay` makes a verdict of it. */
export class TurnFault extends Error {
  readonly reason: TurnFaultReason

  constructor(reason: TurnFaultReason) {
    super(reason.type)
    this.reason = reason
  }
}

/** Node's error as a reason: its code alone, since messages hold addresses. */
export function unreachable(error: unknown): TurnFault {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return new TurnFault({ type: 'unreachable', code: typeof code === 'string' ? code : 'FAILED' })
}
