import { fromBase64Url, sign, type SigningPair, toBase64Url } from '@hamsa/crypto'
import { inboxTopic, PROVE_LABEL, proveMessage } from '../../signaling/inbox.ts'
import { parseServerFrame } from '../../signaling/parse-frame.ts'
import type { SignalClient } from './signal-client.ts'

/** The nonce of a socket. */
export async function challenge(client: SignalClient): Promise<Uint8Array> {
  client.send({ type: 'challenge' })
  const frame = parseServerFrame(await client.next())
  const nonce = frame?.type === 'challenge' ? fromBase64Url(frame.nonce) : null
  if (nonce === null) throw new Error('no challenge came')
  return nonce
}

/** A `prove` frame, rightly signed. */
export function proof(pair: SigningPair, nonce: Uint8Array, topic = inboxTopic(pair.publicKey)) {
  const signature = sign(PROVE_LABEL, proveMessage(nonce, topic), pair.secretKey)
  return {
    type: 'prove',
    topic,
    key: toBase64Url(pair.publicKey),
    signature: toBase64Url(signature),
  }
}
