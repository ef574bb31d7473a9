// One builder at a time: a file that holds the builder's process id.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const POLL_MS = 100
const DEADLINE_MS = 10 * 60_000

/**
 * Waits until nobody else holds the lock and takes it; it is given back when this process ends,
 * even by a fault. Who was killed holds nothing: a lock without a living owner is taken over.
 */
export async function lockBuild(path) {
  const own = String(process.pid)
  const deadline = Date.now() + DEADLINE_MS
  while (!takeLock(path, own)) {
    if (Date.now() > deadline) throw new Error(`another build holds ${path}`)
    await wait(POLL_MS)
  }
  process.once('exit', () => rmSync(path, { force: true }))
}

function takeLock(path, own) {
  const draft = `${path}.${own}`
  writeFileSync(draft, own)
  try {
    linkSync(draft, path) // with its content at once: nobody reads an empty lock
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    removeDeadLock(path, own)
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A lock whose owner is gone is moved aside first, so that of two who find it only one removes it. */
function removeDeadLock(path, own) {
  const holder = readOrNull(path)
  if (holder === null || (holder !== own && isAlive(Number(holder)))) return
  const aside = `${path}.dead.${own}`
  try {
    renameSync(path, aside)
    if (readOrNull(aside) !== holder) linkSync(aside, path) // it was a new owner's: back with it
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
