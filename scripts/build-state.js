// What `dist/` was built from.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, 'build.json')

const SOURCES = [
  'client',
  'packages',
  'signaling',
  'scripts/build.js',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
]

/** Hash of every source's path and content: times say nothing after a clone, a copy or a deletion. */
export function fingerprint() {
  const hash = createHash('sha256')
  for (const path of SOURCES.flatMap(filesBelow)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Paths from the root, in one order everywhere. */
function filesBelow(path) {
  if (!existsSync(join(ROOT, path))) return []
  if (/\.[a-z]+$/.test(path)) return [path]
  return readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .filter((file) => !file.includes('node_modules') && !file.endsWith('.md'))
    .sort()
}

/** Whether `dist/` holds what the sources would give. */
export function isFresh() {
  if (!existsSync(STAMP) || !existsSync(join(DIST, 'signaling/main.js'))) return false
  return readFileSync(STAMP, 'utf8') === stampOf(fingerprint())
}

export function writeStamp(sources) {
  writeFileSync(STAMP, stampOf(sources))
}

/** While folders are exchanged nothing may be taken for fresh. */
export function removeStamp() {
  rmSync(STAMP, { force: true })
}

const stampOf = (sources) => `${JSON.stringify({ sources })}\n`
