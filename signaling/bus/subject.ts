import { hash, toBase64Url } from '@hamsa/crypto'

/**
 * The NATS subject of a topic: a hash, so that no `*`, `>` or `.` of a client's reaches NATS, and
 * whoever reads along there sees no topic. UTF-16, since two topics may differ in a lone surrogate.
 */
export function subjectOf(topic: string): string {
  return `hamsa.1.${toBase64Url(hash('hamsa/bus/1', Buffer.from(topic, 'utf16le')))}`
}
