import type { StorageError } from '../storage/ports.ts'
import type { Obstacle } from './snapshots.ts'

/** What a storage failure at the start means for the whole page. */
export function obstacleOf(error: StorageError): Obstacle {
  switch (error.code) {
    case 'newer-version':
      return 'storage-newer'
    case 'corrupt':
      return 'storage-corrupt'
    case 'full':
    case 'locked':
    case 'superseded':
    case 'unavailable':
      return 'storage-unavailable'
  }
}
