/* A Node process of its own that runs a relay and says what it holds. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startRelay } from '../../../signaling/relay/relay.ts'
import { answerCalls } from '../../node/answer-calls.ts'
import { REALM, SECRET } from './turn-request.ts'
import { PUBLIC } from './turn-wire.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: unknown = runInNewContext('gc')

const relay = await startRelay({
  host: '127.0.0.1',
  port: 0,
  publicAddress: PUBLIC,
  secret: SECRET,
  realm: REALM,
  limits: { challengesPerSecond: 1_000_000 },
})

answerCalls((method) => {
  if (method === 'port') return Promise.resolve(relay.port)
  if (method === 'pid') return Promise.resolve(process.pid)
  if (method === 'stats') return Promise.resolve(relay.stats())
  if (typeof collectGarbage === 'function') Reflect.apply(collectGarbage, null, [])
  const { rss, heapUsed, external } = process.memoryUsage()
  return Promise.resolve({ rss, held: heapUsed + external })
})
