// What `dist/` was built from, and who is building right now.
import { createHash } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, 'build.json')
const LOCK = join(DIST, '.build-lock')
const LOCK_POLL_MS = 100
const LOCK_DEADLINE_MS = 10 * 60_000

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

/** Waits until nobody else builds; returns what lets the next one in. */
export async function lockBuild() {
  mkdirSync(DIST, { recursive: true })
  const own = String(process.pid)
  const deadline = Date.now() + LOCK_DEADLINE_MS
  while (!takeLock(own)) {
    if (Date.now() > deadline) throw new Error(`another build holds ${LOCK}`)
    await wait(LOCK_POLL_MS)
  }
  return () => rmSync(LOCK, { force: true })
}

function takeLock(own) {
  const draft = `${LOCK}.${own}`
  writeFileSync(draft, own)
  try {
    linkSync(draft, LOCK) // with its content at once: nobody reads an empty lock
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    removeDeadLock(own)
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A lock whose owner is gone is moved aside first, so that of two who find it only one removes it. */
function removeDeadLock(own) {
  const holder = readOrNull(LOCK)
  if (holder === null || (holder !== own && isAlive(Number(holder)))) return
  const aside = `${LOCK}.dead.${own}`
  try {
    renameSync(LOCK, aside)
    if (readOrNull(aside) !== holder) linkSync(aside, LOCK) // it was a new owner's: back with it
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error // else another one was first
  } finally {
    rmSync(aside, { force: true })
  }
}

function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM' // somebody else's process, but there
  }
}
