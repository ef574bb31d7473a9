import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** Path of a Chromium on this machine (`CHROMIUM` names one), or `null`. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM
  if (named !== undefined && named !== '') return named
  const folders = (process.env.PATH ?? '').split(delimiter)
  return (
    folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable) ?? null
  )
}

/** Installs Debian's package when this process may; says in one line what to do when it may not. */
export function ensureChromium(): void {
  if (findChromium() !== null) return
  if (process.getuid?.() === 0 && process.platform === 'linux') {
    try {
      execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
      execFileSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'ignore' })
    } catch {
      // No such package manager or no network: the line below says what is missing.
    }
  }
  if (findChromium() === null) {
    process.stderr.write(
      'No Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM=/path; the browser suites are skipped.\n',
    )
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // absent, or not ours to run
  }
}
