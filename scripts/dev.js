// `npm run dev`: the service, rebuilt and restarted on each change, behind Vite's own server for
// the client. Vite injects scripts, so the strict policy of the built pages does not hold here.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { build, createServer } from 'vite'
import { DIST, ROOT } from './build-state.js'

try {
  process.loadEnvFile('.env')
} catch (error) {
  if (error.code !== 'ENOENT') throw error // having none is the usual case
}
const service = `127.0.0.1:${process.env.PORT || 8080}`
const outDir = join(DIST, 'dev')

let running = null
let restarting = Promise.resolve()

async function stop() {
  if (running === null || running.exitCode !== null || running.signalCode !== null) return
  const exited = once(running, 'exit')
  running.kill('SIGTERM')
  await exited
}

async function restart() {
  await stop()
  running = spawn(process.execPath, ['--enable-source-maps', join(outDir, 'main.js')], {
    stdio: 'inherit',
  })
}

const watcher = await build({
  configFile: join(ROOT, 'signaling/vite.config.ts'),
  logLevel: 'warn',
  build: { outDir, emptyOutDir: true, watch: {} },
})
watcher.on('event', (event) => {
  if (event.code === 'ERROR') console.error(event.error)
  if (event.code === 'BUNDLE_END' || event.code === 'ERROR') void event.result?.close()
  if (event.code === 'END') restarting = restarting.then(restart, restart)
})

const PAGES = { '/desk': '/desk.html', '/c': '/chat.html' }
const pages = {
  name: 'hamsa-pages',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const [path, query] = request.url.split('?')
      if (path in PAGES) request.url = PAGES[path] + (query === undefined ? '' : `?${query}`)
      next()
    })
  },
}
const front = await createServer({
  configFile: join(ROOT, 'vite.config.ts'),
  plugins: [pages],
  server: {
    host: '127.0.0.1',
    proxy: {
      '^/signal$': { target: `ws://${service}`, ws: true },
      '^/(ice|healthz|version)$': { target: `http://${service}` },
    },
  },
})
await front.listen()
front.printUrls()

// Vite ends the process on SIGTERM by itself; whichever way it ends, the service goes with it.
process.once('SIGINT', () => process.exit(0))
process.once('exit', () => running?.kill('SIGTERM'))
