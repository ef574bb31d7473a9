import { compareHeads } from './heads.ts'
import type { Entry, Head } from './log.ts'
import { writerKeyOf } from './writer-key.ts'

/**
 * Up to where an epoch holds when the next one begins: the last of `entries` of each writer, and
 * never less than the cut before, whatever this side has lost. `entries` come in the log's order,
 * each after its causes, so that no entry of a closed epoch has a cause in a later one; where
 * they are by more than `limit` writers, the rest is left to the next epoch.
 */
export function cutAfter(
  before: readonly Head[],
  entries: Iterable<Entry>,
  limit: number,
): readonly Head[] {
  const heads = new Map(before.map((head) => [writerKeyOf(head.author, head.writer), head]))
  for (const { author, writer, sequence, id } of entries) {
    const name = writerKeyOf(author, writer)
    const head = heads.get(name)
    if (head === undefined && heads.size >= limit) break
    if (head === undefined || head.sequence < sequence) {
      heads.set(name, { author, writer, sequence, id })
    }
  }
  return [...heads.values()].sort(compareHeads)
}
