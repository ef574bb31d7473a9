import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const LOCK_MODULE = new URL('../../scripts/build-lock.js', import.meta.url).href
const BUILDERS = 6

/** Takes the lock, notes that it is in, lets others run, and notes that it is out. */
const BUILDER = `
  import { appendFileSync } from 'node:fs'
  const { lockBuild } = await import(process.argv[1])
  await lockBuild(process.argv[2])
  appendFileSync(process.argv[3], 'in ')
  await new Promise((resolve) => setTimeout(resolve, 20))
  appendFileSync(process.argv[3], 'out ')
`

describe('the build lock', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hamsa-lock-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function build(): Promise<unknown> {
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      BUILDER,
      LOCK_MODULE,
      join(folder, 'lock'),
      join(folder, 'notes'),
    ])
    return once(child, 'exit').then(([code]: unknown[]) => code)
  }

  it('lets one in at a time, and leaves nothing behind', async () => {
    expect(await Promise.all(Array.from({ length: BUILDERS }, build))).toEqual(
      Array(BUILDERS).fill(0),
    )
    expect(await readFile(join(folder, 'notes'), 'utf8')).toBe('in out '.repeat(BUILDERS))
    expect(await readdir(folder)).toEqual(['notes'])
  })

  it('is taken over from a process that is gone, by one of all who wait', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    await writeFile(join(folder, 'lock'), String(pid))
    expect(await Promise.all(Array.from({ length: BUILDERS }, build))).toEqual(
      Array(BUILDERS).fill(0),
    )
    expect(await readFile(join(folder, 'notes'), 'utf8')).toBe('in out '.repeat(BUILDERS))
  })
})
