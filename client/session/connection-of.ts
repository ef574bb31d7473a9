import type { LinkState } from '../link/link.ts'
import type { Connection } from './snapshots.ts'

/** How a link's state reads to a person; `null` (no link) is a side that is away. */
export function connectionOf(
  link: LinkState | null,
  signaling: 'offline' | 'connecting' | 'online',
): Connection {
  if (link?.type === 'open') return { type: 'connected' }
  if (link?.type === 'failed') {
    switch (link.failure) {
      case 'no-relay':
      case 'relay-unreachable':
        return { type: 'no-relay' }
      case 'unknown-shop':
        return { type: 'unknown-shop' }
      case 'not-loaded':
        return { type: 'not-loaded' }
      case 'relay-not-proven':
        return { type: 'relay-not-proven' }
      case 'peer-refused':
        return { type: 'peer-refused' }
    }
  }
  if (signaling !== 'online') return { type: signaling }
  return { type: link?.type === 'connecting' ? 'connecting' : 'away' }
}
