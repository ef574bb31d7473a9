import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from '@hamsa/crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepRelaySecret } from '../../signaling/relay-secret.ts'

describe('the relay secret', () => {
  let parent: string
  let dataDir: string

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'hamsa-secret-'))
    dataDir = join(parent, 'data')
  })
  afterEach(() => rm(parent, { recursive: true }))

  it('[SG52] is made once, kept, and readable by its owner alone', async () => {
    const secret = await keepRelaySecret(dataDir, randomBytes)
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await keepRelaySecret(dataDir, randomBytes)).toBe(secret)
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
    expect((await stat(join(dataDir, 'relay-secret'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(dataDir, 'relay-secret'), 'utf8')).toBe(secret)
  })

  it('[SG52] is one for ten first starts at once, and no draft is left', async () => {
    const starts = Array.from({ length: 10 }, () => keepRelaySecret(dataDir, randomBytes))
    expect(new Set(await Promise.all(starts)).size).toBe(1)
    expect(await readdir(dataDir)).toEqual(['relay-secret'])
  })

  it('[SG52] is not made again over a file that holds something else', async () => {
    await keepRelaySecret(dataDir, randomBytes)
    await writeFile(join(dataDir, 'relay-secret'), 'half')
    await expect(keepRelaySecret(dataDir, randomBytes)).rejects.toThrow('does not hold')
  })
})
