import { type FSWatcher, watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { CertificatePair } from './relay/door.ts'

export type CertificateFiles = { readonly certPath: string; readonly keyPath: string }

export type Certificate = {
  /** The newest pair that holds together; another object after each renewal. */
  current(): CertificatePair
  /** Harmless a second time. */
  close(): void
}

/** Where watching does not work (network disks, some containers) a renewal is seen by then. */
const READ_AGAIN_MS = 60_000
/** Certificate and key are written one after the other: what comes so close together is read once. */
const SETTLE_MS = 200

/**
 * Reads a certificate and its key, and again whenever they change, so that a renewal needs no
 * restart. A new pair that is torn or does not belong together changes nothing but a line in the
 * log. Rejects when the first pair cannot be used.
 */
export async function keepCertificate(
  files: CertificateFiles,
  log: (line: string) => void,
  readAgainMs = READ_AGAIN_MS,
): Promise<Certificate> {
  let current = await readPair(files)
  let lastFault: string | null = null
  let settling: NodeJS.Timeout | null = null

  const readAgain = async (): Promise<void> => {
    try {
      const pair = await readPair(files)
      lastFault = null
      if (pair.cert === current.cert && pair.key === current.key) return
      current = pair
      log('TLS_CERT: the renewed certificate is in use.')
    } catch (error) {
      const fault = error instanceof Error ? error.message : 'failed'
      if (fault !== lastFault) log(`TLS_CERT: the older certificate stays in use: ${fault}`)
      lastFault = fault
    }
  }
  const readSoon = (): void => {
    settling ??= setTimeout(() => {
      settling = null
      void readAgain()
    }, SETTLE_MS).unref()
  }
  const interval = setInterval(() => void readAgain(), readAgainMs).unref()
  const folders = new Set([dirname(files.certPath), dirname(files.keyPath)])
  const watchers = [...folders].flatMap((folder) => watchFolder(folder, readSoon) ?? [])

  return {
    current: () => current,
    close() {
      clearInterval(interval)
      if (settling !== null) clearTimeout(settling)
      for (const watcher of watchers) watcher.close()
    },
  }
}

async function readPair({ certPath, keyPath }: CertificateFiles): Promise<CertificatePair> {
  const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')])
  createSecureContext({ cert, key }) // throws when one is torn, or they do not belong together
  return { cert, key }
}

/** The folder and not the files: a renewal puts another file, or another link, in a name's place. */
function watchFolder(folder: string, changed: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, changed)
    watcher.on('error', () => watcher.close()) // the folder has gone: reading now and then goes on
    return watcher
  } catch {
    return null // this system or disk cannot watch: reading now and then finds a renewal, too
  }
}
