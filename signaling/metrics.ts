import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { Counts, Gauges } from './counts.ts'

export type MetricsSource = {
  readonly counts: Counts
  readonly gauges: () => Gauges
  /** Numbers of the relay by name; empty where there is none in this process. */
  readonly relay: () => Readonly<Record<string, number>>
}

const COUNTED = {
  opened: 'WebSockets that were let in',
  frames: 'Frames that came from clients',
  publishes: 'Frames to topics that were passed on',
  deliveries: 'Sockets that a publish was given to',
  knocks: 'Frames to inboxes that were passed on',
  credentials: 'Answers with relay credentials',
  refused: 'Upgrades that were refused',
} as const
const MEASURED = {
  sockets: 'WebSockets that are open',
  topics: 'Topics that somebody listens to',
  addresses: 'Addresses that are counted',
  bus: 'Whether texts get through to other processes',
} as const
/** Names of numbers, as code writes them. */
const RELAY_NAME = /^[a-zA-Z][a-zA-Z0-9]*$/

/** `GET /metrics` for whoever shows the token (RFC 6750 §2.1), in Prometheus' text form. */
export function answerMetrics(token: string, source: MetricsSource): RequestHandler {
  const registry = makeRegistry(source)
  const wanted = digest(`Bearer ${token}`)
  return async (request, response) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) {
      response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'token wanted' })
      return
    }
    response.type(registry.contentType).send(await registry.metrics())
  }
}

/** Read when they are asked for: counting costs a frame one addition. */
function makeRegistry({ counts, gauges, relay }: MetricsSource): Registry {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  for (const name of keysOf(COUNTED)) {
    new Counter({
      name: `hamsa_signaling_${name}_total`,
      help: COUNTED[name],
      registers,
      collect() {
        this.reset()
        this.inc(counts[name])
      },
    })
  }
  new Counter({
    name: 'hamsa_signaling_closes_total',
    help: 'WebSockets that were closed, by close code',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset()
      for (const [code, count] of counts.closes) this.inc({ code }, count)
    },
  })
  for (const name of keysOf(MEASURED)) {
    new Gauge({
      name: `hamsa_signaling_${name}`,
      help: MEASURED[name],
      registers,
      collect() {
        this.set(gauges()[name])
      },
    })
  }
  new Gauge({
    name: 'hamsa_relay',
    help: 'Numbers of the closed relay, by name',
    labelNames: ['what'],
    registers,
    collect() {
      for (const [what, count] of Object.entries(relay())) {
        if (RELAY_NAME.test(what)) this.set({ what }, count)
      }
    },
  })
  return registry
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(record) as Key[]
}

/** Of one length whatever was sent, so that comparing takes the same time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
