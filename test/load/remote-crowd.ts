import type { Crowd } from './crowd.ts'

/** A crowd that runs somewhere else: in a page, or in a process of its own. */
export type RemoteCrowd = Pick<Crowd, CrowdMethod> & {
  /** Ends the page or the process. Harmless a second time. */
  end(): Promise<void>
}

/** Sends one call over and brings its answer back; rejects when it failed there. */
export type CallCrowd = (method: CrowdMethod, args: readonly unknown[]) => Promise<unknown>

/** What can be asked of a crowd by name. */
export type CrowdMethod = keyof Crowd

const METHODS: Readonly<Record<CrowdMethod, true>> = {
  open: true,
  reopen: true,
  whenOpen: true,
  whenState: true,
  states: true,
  say: true,
  texts: true,
  whenTexts: true,
  wake: true,
  close: true,
  madeConnections: true,
  whenMade: true,
  madeSockets: true,
  leftovers: true,
  selectedPairs: true,
}

export function isCrowdMethod(name: unknown): name is CrowdMethod {
  return typeof name === 'string' && Object.hasOwn(METHODS, name)
}

/** Every method of a crowd, each a call; both ends are built from the same files, so the types hold. */
export function remoteCrowd(call: CallCrowd, end: () => Promise<void>): RemoteCrowd {
  const methods = Object.keys(METHODS).filter(isCrowdMethod)
  const calls = methods.map((method) => [
    method,
    (...args: readonly unknown[]) => call(method, args),
  ])
  return { ...(Object.fromEntries(calls) as Pick<Crowd, CrowdMethod>), end }
}

/** Does here what a call asks for. */
export async function answerCall(
  crowd: Crowd,
  method: CrowdMethod,
  args: readonly unknown[],
): Promise<unknown> {
  const run = crowd[method] as (...given: readonly unknown[]) => Promise<unknown>
  return run.apply(crowd, args as unknown[])
}
