import { failed, type Finding } from './check.ts'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'names cannot be looked up from here',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'no answer came',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate chain is not whole, or of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate chain is not whole',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate chain is not whole',
  CERT_SIGNATURE_FAILURE: 'the certificate is of an unknown authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is of an unknown authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself alone',
}

/** Node's error in plain words; its message stays out, since it may hold anything. */
export function tellCode(code: string): string {
  return WORDS[code] ?? (/^[A-Z0-9_]{1,64}$/.test(code) ? `it failed with ${code}` : 'it failed')
}

export function tellError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return tellCode(typeof code === 'string' ? code : '')
}

/** The finding where a service could not be asked at all. */
export function notReached(error: unknown): Finding {
  return failed(
    tellError(error),
    'See that the service runs (npm start), that PORT and PUBLIC_URL lead to it, and that the firewall lets it through.',
  )
}
