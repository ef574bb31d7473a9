import { isList, isRecord } from './shape.ts'

/*
 * How one plain value (records, lists, texts, numbers, flags, null) becomes the next: what stays the
 * same is not said. Made by the leading tab, applied by those that follow.
 */

export type Patch =
  /** Another value in its place. */
  | { readonly type: 'put'; readonly value: unknown }
  /** A record whose fields have the same names; those that changed. */
  | { readonly type: 'fields'; readonly changed: Readonly<Record<string, Patch>> }
  /** A list of the same length; places and how each changed. */
  | { readonly type: 'each'; readonly changed: readonly (readonly [number, Patch])[] }
  /** A list of which `removed` items from `start` on are replaced by `added`. */
  | {
      readonly type: 'splice'
      readonly start: number
      readonly removed: number
      readonly added: readonly unknown[]
    }

/** Deeper than any snapshot. */
const MAX_DEPTH = 16

/** `null` when nothing changed. */
export function patchOf(before: unknown, after: unknown): Patch | null {
  if (Object.is(before, after)) return null
  if (isList(before) && isList(after)) return patchOfLists(before, after)
  if (isRecord(before) && isRecord(after) && haveSameNames(before, after)) {
    const changed: [string, Patch][] = []
    for (const [name, value] of Object.entries(after)) {
      const patch = patchOf(before[name], value)
      if (patch !== null) changed.push([name, patch])
    }
    return changed.length === 0 ? null : { type: 'fields', changed: Object.fromEntries(changed) }
  }
  return { type: 'put', value: after }
}

/** What the value becomes; `null` when the patch is none, or was made for another value. */
export function applyPatch(before: unknown, patch: unknown, depth = 0): { value: unknown } | null {
  if (!isRecord(patch) || depth > MAX_DEPTH) return null
  switch (patch.type) {
    case 'put':
      return { value: patch.value }
    case 'fields':
      return applyFields(before, patch.changed, depth)
    case 'each':
      return applyEach(before, patch.changed, depth)
    case 'splice':
      return applySplice(before, patch)
    default:
      return null
  }
}

function patchOfLists(before: readonly unknown[], after: readonly unknown[]): Patch | null {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && isSame(before[start], after[start])) start++
  if (start === before.length && start === after.length) return null
  let end = 0
  while (end < shorter - start && isSame(before.at(-1 - end), after.at(-1 - end))) end++
  if (before.length !== after.length) {
    const added = after.slice(start, after.length - end)
    return { type: 'splice', start, removed: before.length - end - start, added }
  }
  const changed: [number, Patch][] = []
  for (let index = start; index < after.length - end; index++) {
    const patch = patchOf(before[index], after[index])
    if (patch !== null) changed.push([index, patch])
  }
  return { type: 'each', changed }
}

function isSame(before: unknown, after: unknown): boolean {
  return patchOf(before, after) === null
}

function haveSameNames(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): boolean {
  const names = Object.keys(after)
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => Object.hasOwn(before, name))
  )
}

function applyFields(before: unknown, changed: unknown, depth: number): { value: unknown } | null {
  if (!isRecord(before) || !isRecord(changed)) return null
  const after = new Map<string, unknown>(Object.entries(before))
  for (const [name, patch] of Object.entries(changed)) {
    if (!after.has(name)) return null
    const applied = applyPatch(after.get(name), patch, depth + 1)
    if (applied === null) return null
    after.set(name, applied.value)
  }
  return { value: Object.fromEntries(after) }
}

function applyEach(before: unknown, changed: unknown, depth: number): { value: unknown } | null {
  if (!isList(before) || !isList(changed)) return null
  const after: unknown[] = [...before]
  for (const one of changed) {
    if (!isList(one)) return null
    const [index, patch] = one
    if (typeof index !== 'number' || !(index in after)) return null
    const applied = applyPatch(after[index], patch, depth + 1)
    if (applied === null) return null
    after[index] = applied.value
  }
  return { value: after }
}

function applySplice(
  before: unknown,
  { start, removed, added }: Readonly<Record<string, unknown>>,
): { value: unknown } | null {
  if (!isList(before) || !isList(added)) return null
  if (!isPlace(start) || !isPlace(removed) || start + removed > before.length) return null
  return { value: [...before.slice(0, start), ...added, ...before.slice(start + removed)] }
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
