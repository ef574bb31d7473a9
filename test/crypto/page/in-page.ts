/* Runs in Chromium, bundled with the package; a test calls `window.judgeSignatures`. */
import {
  fromBase64Url,
  labelled,
  parseSignature,
  parseSigningPublicKey,
  verify,
  verifyNow,
  type Label,
  type SigningPublicKey,
} from '@hamsa/crypto'

/** Bytes as base64url. */
export type SentCase = {
  readonly message: string
  readonly signature: string
  readonly key: string
}

export type PageVerdict = {
  readonly verify: boolean
  readonly verifyNow: boolean
  /** Whether our own rule lets it through to an engine. */
  readonly passesRule: boolean
  /** What Chromium's own Ed25519 says, without our rule; `null` when it refuses the key. */
  readonly engine: boolean | null
}

declare global {
  interface Window {
    /** With no label, only `passesRule` and `engine` mean anything: the message is taken as it is. */
    judgeSignatures(label: Label | null, cases: readonly SentCase[]): Promise<PageVerdict[]>
  }
}

window.judgeSignatures = async (label, cases) => {
  const verdicts: PageVerdict[] = []
  for (const sent of cases) {
    const [message, signature, bytes] = [sent.message, sent.signature, sent.key].map(bytesOf)
    if (message === undefined || signature === undefined || bytes === undefined) continue
    const key = bytes as SigningPublicKey
    const signed = label === null ? message : labelled(label, message)
    verdicts.push({
      verify: label !== null && (await verify(label, message, signature, key)),
      verifyNow: label !== null && verifyNow(label, message, signature, key),
      passesRule: parseSignature(signature) !== null && parseSigningPublicKey(bytes) !== null,
      engine: await engineSays(signed, signature, key),
    })
  }
  return verdicts
}

async function engineSays(
  signed: Uint8Array,
  signature: Uint8Array,
  key: Uint8Array,
): Promise<boolean | null> {
  let handle: CryptoKey
  try {
    handle = await crypto.subtle.importKey('raw', new Uint8Array(key), 'Ed25519', false, ['verify'])
  } catch {
    return null
  }
  const [theirs, message] = [new Uint8Array(signature), new Uint8Array(signed)]
  return crypto.subtle.verify('Ed25519', handle, theirs, message)
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text)
  if (bytes === null) throw new Error('a test sends base64url')
  return bytes
}
