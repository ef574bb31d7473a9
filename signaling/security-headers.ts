import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** A host and port as they may stand in a policy; anything else in `Host` could add directives. */
const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i

/**
 * Headers of every answer: no foreign script, style, frame or connection; no referrer, so that no
 * other server learns where its visitor came from.
 */
export function securityHeaders(publicOrigin: string | null): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        // 'self' does not cover WebSockets in every browser that counts.
        connectSrc: ["'self'", (request) => socketSources(publicOrigin, request.headers.host)],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ['lit-html', 'hamsa-worker'],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // Says nothing about other hosts of the same domain: they are not ours to force.
    strictTransportSecurity:
      publicOrigin?.startsWith('https:') === true ? { includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  })
}

function socketSources(publicOrigin: string | null, host: string | undefined): string {
  const hosts = new Set<string>()
  if (publicOrigin !== null) hosts.add(new URL(publicOrigin).host)
  if (host !== undefined && HOST.test(host)) hosts.add(host)
  return [...hosts].flatMap((each) => [`ws://${each}`, `wss://${each}`]).join(' ') || "'self'"
}
