/*
 * What a value from another tab must be, told field by field. A guard is made from the type that it
 * guards, so a field that is added to the type does not compile until it is added here.
 */

export type Guard<T> = (value: unknown) => value is T
/** A guard for each of these, in their order. */
export type Guards<Values extends readonly unknown[]> = {
  readonly [I in keyof Values]: Guard<Values[I]>
}

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
export const isNumber = (value: unknown): value is number => Number.isFinite(value)
export const isBlob = (value: unknown): value is Blob => value instanceof Blob

export function isOrNull<T>(is: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || is(value)
}

/** One of the codes that are the keys of `codes`. */
export function isCode<Code extends string>(codes: Readonly<Record<Code, true>>): Guard<Code> {
  return (value): value is Code => typeof value === 'string' && Object.hasOwn(codes, value)
}

export function isListOf<T>(is: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(is)
}

/** These fields and no others. What passed once is known again: of ten thousand messages one is new. */
export function isRecordOf<T extends object>(fields: {
  readonly [Name in keyof T]-?: Guard<T[Name]>
}): Guard<T> {
  const guards = Object.entries<Guard<unknown>>(fields)
  const passed = new WeakSet()
  return (value): value is T => {
    if (!isRecord(value)) return false
    if (passed.has(value)) return true
    const fits =
      Object.keys(value).length === guards.length &&
      guards.every(([name, is]) => Object.hasOwn(value, name) && is(value[name]))
    if (fits) passed.add(value)
    return fits
  }
}

/** One of several records, told apart by `type`. */
export function isUnionOf<T extends { readonly type: string }>(cases: {
  readonly [Type in T['type']]: Guard<Extract<T, { readonly type: Type }>>
}): Guard<T> {
  const guards = new Map<string, Guard<unknown>>(Object.entries<Guard<unknown>>(cases))
  return (value): value is T =>
    isRecord(value) && isText(value.type) && guards.get(value.type)?.(value) === true
}

/** The value of a field `type`. */
export function isType<Type extends string>(type: Type): Guard<Type> {
  return (value): value is Type => value === type
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** Whether these are as many values as guards, and each fits its own. */
export function areAll<Values extends readonly unknown[]>(
  values: readonly unknown[],
  guards: Guards<Values>,
): values is Values {
  const all: readonly Guard<unknown>[] = guards
  return values.length === all.length && all.every((is, index) => is(values[index]))
}
