import workerUrl from './crypto-worker.ts?worker&url'
import type { WorkerLike } from './worker-line.ts'

/** Named in the service's `trusted-types` header. */
const POLICY_NAME = 'hamsa-worker'

type UrlPolicy = { createScriptURL(url: string): string }

/** The parts of `window` that start a worker. TypeScript's DOM knows no Trusted Types: a trusted URL is a string to it. */
export type WorkerPlatform = {
  readonly Worker: new (url: string, options: WorkerOptions) => WorkerLike
  readonly trustedTypes?: { createPolicy(name: string, rules: UrlPolicy): UrlPolicy }
}

/** What starts the crypto worker of this build. Made once a page: a page has one policy of a name. */
export function makeCryptoWorkerSpawner(platform: WorkerPlatform): () => WorkerLike {
  let policy: UrlPolicy | null = null
  return () => {
    policy ??= platform.trustedTypes?.createPolicy(POLICY_NAME, onlyOurs) ?? onlyOurs
    const url = policy.createScriptURL(workerUrl)
    return new platform.Worker(url, { type: 'module', name: 'hamsa-crypto' })
  }
}

/** Lets no script but our own become a worker, whoever gets hold of the policy. */
const onlyOurs: UrlPolicy = {
  createScriptURL(url) {
    if (url !== workerUrl) throw new TypeError('not the address of the crypto worker')
    return url
  },
}
