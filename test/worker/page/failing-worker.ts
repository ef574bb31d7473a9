/* A worker that does its work for a while and then fails, in the way that its name says. */
import { serveCrypto } from '../../../client/worker/crypto-service.ts'

/** `throw`: an uncaught error. `close`: gone without a word. `babble`: answers with what is none. */
const [way = '', goodRequests = '0'] = self.name.split(':')
let requests = 0

self.addEventListener('message', (event) => {
  if (requests++ < Number(goodRequests)) return
  event.stopImmediatePropagation()
  if (way === 'close') self.close()
  if (way === 'babble') self.postMessage({ id: 0, result: { type: 'unsealed', unsealed: 'all' } })
  if (way === 'throw') throw new Error('this worker was told to fail')
})
serveCrypto(self)
