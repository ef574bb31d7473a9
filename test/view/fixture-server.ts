import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

// Before Vite is loaded: under a test runner the word is "test", and the pages would get Lit's development build.
process.env.NODE_ENV = 'production'
const { build } = await import('vite')

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** As strict as the service's own policy, or stricter: what passes here passes there. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

export type FixtureServer = {
  /** Address of one state; `page` is `chat`, `desk` or `home`. */
  readonly address: (page: string, state: string, more?: Record<string, string>) => string
  readonly close: () => Promise<void>
}

/** Builds the fixture page as the client is built, and serves it under a strict policy on a free port. */
export async function openFixtureServer(): Promise<FixtureServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hamsa-view-'))
  await build({
    configFile: false,
    logLevel: 'error',
    root: here('../..'),
    publicDir: here('../../client/public'),
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: { input: here('./fixtures/fixture.html') },
    },
  })
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://fixture')
    const file = join(folder, normalize(pathname))
    readFile(file).then(
      (bytes) => {
        response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream')
        response.setHeader('Content-Security-Policy', POLICY)
        response.end(bytes)
      },
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return {
    address: (page, state, more = {}) =>
      `http://127.0.0.1:${port}/test/view/fixtures/fixture.html?${new URLSearchParams({ page, state, ...more }).toString()}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
