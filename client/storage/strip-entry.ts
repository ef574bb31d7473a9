import { hash } from '@hamsa/crypto'
import type { SignedEntry } from '../conversation/signed-entry.ts'

/** The entry without its body: length and hash stay, so that its header still verifies (LG2). */
export function stripEntry(entry: SignedEntry): SignedEntry {
  const { content } = entry
  if (content.type === 'stripped') return entry
  return {
    ...entry,
    content: {
      type: 'stripped',
      bodyLength: content.body.length,
      bodyHash: hash('hamsa/entry/body/1', content.salt, content.body),
    },
  }
}
