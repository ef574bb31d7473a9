/** Name of the root `Y.Map` that holds the entries of a log. */
export const ROOT_MAP = 'log'

/** One entry as Yjs carries it: an item of the root map, one binary, no neighbours. */
export type UpdateItem = {
  readonly client: number
  readonly clock: number
  /** Key in the root map: base64url of the entry id. */
  readonly key: string
  readonly sealed: Uint8Array
}
