import { stretchPassphrase } from '@hamsa/crypto'
import { unsealHere } from '../conversation/unseal.ts'
import { parseRequest, wrapAnswer, type Result, type Work } from './worker-protocol.ts'

/** The inside of a worker, as far as it is needed here. */
export interface WorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void
  postMessage(message: unknown, options: { readonly transfer: ArrayBuffer[] }): void
}

/** Answers each request of the page, one at a time or several at once. */
export function serveCrypto(scope: WorkerScope): void {
  scope.addEventListener('message', ({ data }) => {
    const request = parseRequest(data)
    // Only our own page writes here: the page learns of it as `error` and does its work itself.
    if (request === null) throw new Error('a request of the page is malformed')
    void resultOf(request.work).then((result) => {
      const { message, transfer } = wrapAnswer({ id: request.id, result })
      scope.postMessage(message, { transfer })
    })
  })
}

async function resultOf(work: Work): Promise<Result> {
  try {
    switch (work.type) {
      case 'unseal': {
        const { log, epoch, sealed } = work
        return { type: 'unsealed', log, unsealed: await unsealHere(sealed, { log, epoch }) }
      }
      case 'stretch':
        return { type: 'stretched', key: stretchPassphrase(work.passphrase, work.salt) }
    }
  } catch {
    return { type: 'failed' }
  }
}
