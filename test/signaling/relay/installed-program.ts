import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Path of a program on this machine, or `null`. */
export function findProgram(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // absent, or not ours to run
  }
}
