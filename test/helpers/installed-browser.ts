import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A browser that the tests drive but do not bring along. */
export type InstalledBrowser = {
  readonly title: string
  /** Debian's package. */
  readonly package: string
  /** Names of its program, as found on PATH. */
  readonly programs: readonly string[]
  /** Environment variable that names another program. */
  readonly variable: string
}

/** Path of the browser on this machine, or `null`. */
export function findBrowser({ programs, variable }: InstalledBrowser): string | null {
  const named = process.env[variable]
  if (named !== undefined && named !== '') return named
  const folders = (process.env.PATH ?? '').split(delimiter)
  return (
    folders.flatMap((folder) => programs.map((name) => join(folder, name))).find(isExecutable) ??
    null
  )
}

/** Installs Debian's package when this process may; says in one line what to do when it may not. */
export function ensureBrowser(browser: InstalledBrowser): void {
  if (findBrowser(browser) !== null) return
  if (process.getuid?.() === 0 && process.platform === 'linux') {
    try {
      execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
      execFileSync('apt-get', ['install', '-y', '-qq', browser.package], { stdio: 'ignore' })
    } catch {
      // No such package manager or no network: the line below says what is missing.
    }
  }
  if (findBrowser(browser) === null) {
    process.stderr.write(
      `No ${browser.title} found: install it (Debian: apt-get install ${browser.package}) or set ${browser.variable}=/path; its suites are skipped.\n`,
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
