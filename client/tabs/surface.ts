import { StorageError } from '../storage/ports.ts'

/** A storage that fails is told on the screen; any other error is a mistake of ours, and reaches whoever looks for those. */
export function surface(error: unknown): void {
  if (error instanceof StorageError) return
  queueMicrotask(() => {
    throw error
  })
}
