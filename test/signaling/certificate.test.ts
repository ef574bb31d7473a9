import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Certificate, keepCertificate } from '../../signaling/certificate.ts'
import type { CertificatePair } from '../../signaling/relay/door.ts'
import { makeAuthority } from './relay/certificate-maker.ts'

const authority = makeAuthority()
/** Longer than any test: what is seen by then was seen by watching. */
const NEVER_MS = 3_600_000

describe('the certificate', () => {
  let folder: string
  let kept: Certificate | null = null
  let log: string[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hamsa-certificate-'))
    log = []
  })
  afterEach(async () => {
    kept?.close()
    kept?.close()
    await rm(folder, { recursive: true })
  })

  const filesIn = (name = folder) => ({
    certPath: join(name, 'chain.pem'),
    keyPath: join(name, 'key.pem'),
  })

  async function write({ cert, key }: CertificatePair): Promise<void> {
    await writeFile(filesIn().certPath, cert)
    await writeFile(filesIn().keyPath, key)
  }

  async function keep(readAgainMs: number): Promise<Certificate> {
    kept = await keepCertificate(filesIn(), (line) => log.push(line), readAgainMs)
    return kept
  }

  it.each([
    ['watching', NEVER_MS],
    ['reading now and then', 20],
  ])('[SG56] a renewed pair is found by %s', async (_name, readAgainMs) => {
    const [first, second] = [authority.issue(), authority.issue()]
    await write(first)
    const certificate = await keep(readAgainMs)
    expect(certificate.current()).toEqual(first)
    expect(certificate.current()).toBe(certificate.current())
    await write(second)
    await expect.poll(() => certificate.current(), { timeout: 20_000 }).toEqual(second)
  })

  it('[SG56] a pair behind a link that is turned to another folder is found', async () => {
    const [first, second] = [authority.issue(), authority.issue()]
    await write(first)
    const certificate = await keep(NEVER_MS)
    const next = join(folder, 'next.pem')
    await writeFile(next, second.cert)
    await symlink(next, join(folder, 'link'))
    await rename(join(folder, 'link'), filesIn().certPath)
    await writeFile(filesIn().keyPath, second.key)
    await expect.poll(() => certificate.current(), { timeout: 20_000 }).toEqual(second)
  })

  it.each([
    ['torn', { cert: '-----BEGIN CERTIFICATE-----\nhalf', key: 'half' }],
    ['of two halves', { cert: authority.issue().cert, key: authority.issue().key }],
  ])(
    '[SG56] a new pair that is %s changes nothing, is told once, and may be mended',
    async (_name, broken) => {
      const [first, second] = [authority.issue(), authority.issue()]
      await write(first)
      const certificate = await keep(20)
      await write(broken)
      await expect.poll(() => log.join('\n'), { timeout: 20_000 }).toContain('stays in use')
      expect(certificate.current()).toEqual(first)
      await write(second)
      await expect.poll(() => certificate.current(), { timeout: 20_000 }).toEqual(second)
      expect(log.join('\n')).not.toContain(folder)
      expect(log.at(-1)).toContain('renewed')
    },
  )

  it('[SG56] without a pair that can be used nothing starts', async () => {
    await expect(keep(NEVER_MS)).rejects.toThrow('ENOENT')
    await write({ cert: authority.issue().cert, key: authority.issue().key })
    await expect(keep(NEVER_MS)).rejects.toThrow('mismatch')
  })
})
