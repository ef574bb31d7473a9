// `npm start`: builds what is stale, then is the service.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DIST, isFresh, ROOT } from './build-state.js'

/** In a process of its own: what the build takes in memory is gone when the service starts. */
async function buildFirst() {
  const build = spawn(process.execPath, [join(ROOT, 'scripts/build.js'), '--if-stale'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const passOn = (signal) => build.kill(signal)
  process.on('SIGTERM', passOn).on('SIGINT', passOn)
  const [code] = await once(build, 'exit')
  process.off('SIGTERM', passOn).off('SIGINT', passOn)
  if (code !== 0) process.exit(code ?? 1)
}

if (!isFresh()) {
  console.log('Building …')
  await buildFirst()
}
await import(pathToFileURL(join(DIST, 'signaling/main.js')).href)
