// Builds client and service into dist/. `--if-stale`: only when the sources have changed.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { lockBuild } from './build-lock.js'
import { DIST, fingerprint, isFresh, removeStamp, ROOT, writeStamp } from './build-state.js'

// Before Vite is loaded: under a test runner the word is "test", and people would get Lit's development build.
process.env.NODE_ENV = 'production'
const { build } = await import('vite')

const DRAFT = '.draft-'

async function buildAll(draft) {
  await buildInto(join(draft, 'client'), join(ROOT, 'vite.config.ts'))
  await buildInto(join(draft, 'signaling'), join(ROOT, 'signaling/vite.config.ts'))
  chmodSync(join(draft, 'signaling/main.js'), 0o755) // the command `hamsa` of package.json
}

function buildInto(outDir, configFile) {
  return build({ configFile, logLevel: 'warn', build: { outDir, emptyOutDir: true } })
}

/** Puts a whole new folder in the place of the old one: a reader finds either, never half of one. */
function exchange(draft, name) {
  if (!existsSync(join(draft, name))) return
  const place = join(DIST, name)
  if (existsSync(place)) renameSync(place, join(draft, `old-${name}`))
  renameSync(join(draft, name), place)
}

/** What an earlier build left when it was cut off. Only under the lock: nobody else has a draft now. */
function removeDrafts() {
  for (const name of readdirSync(DIST)) {
    if (name.startsWith(DRAFT)) rmSync(join(DIST, name), { recursive: true, force: true })
  }
}

const ifStale = process.argv.includes('--if-stale')
mkdirSync(DIST, { recursive: true })
await lockBuild(join(DIST, '.build-lock'))
if (!ifStale || !isFresh()) {
  removeDrafts()
  const draft = mkdtempSync(join(DIST, DRAFT))
  process.once('exit', () => rmSync(draft, { recursive: true, force: true }))
  const sources = fingerprint() // before reading: what changes meanwhile is stale next time
  await buildAll(draft)
  removeStamp()
  exchange(draft, 'client')
  exchange(draft, 'signaling')
  writeStamp(sources)
}
