import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SOURCE = join(ROOT, 'packages/crypto/src')

const readme = readFileSync(join(ROOT, 'packages/crypto/README.md'), 'utf8')
const sources = readdirSync(SOURCE).map((name) => {
  const text = readFileSync(join(SOURCE, name), 'utf8')
  return { name, text, lines: text.split('\n').length - 1 }
})

/** Every text file of a folder, at any depth. */
function textsIn(folder: string, ends: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ends.test(name))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
}

const idsIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, id]) => id ?? '')

describe('rules of the package', () => {
  const stated = idsIn(readme, /^\*\*\[(CR\d+)\]\*\*/gm)
  const quoted = textsIn('test/crypto', /\.test\.ts$/).flatMap((text) =>
    idsIn(text, /\[(CR\d+)\]/g),
  )

  it('[CR80] are stated once each, and each is quoted by a test', () => {
    expect(stated.length).toBeGreaterThan(40)
    expect(stated.filter((id, index) => stated.indexOf(id) !== index)).toEqual([])
    expect(stated.filter((id) => !quoted.includes(id))).toEqual([])
  })

  it('[CR80] are all that is quoted, in tests, code and pages', () => {
    const all = ['client', 'packages/crypto', 'test'].flatMap((folder) =>
      textsIn(folder, /(?<!node_modules.*)\.(ts|md)$/).flatMap((text) =>
        idsIn(text, /\b(CR\d+)\b/g),
      ),
    )
    expect(all.length).toBeGreaterThan(100)
    expect([...new Set(all)].filter((id) => !stated.includes(id))).toEqual([])
  })
})

describe('size of the package', () => {
  it('[CR80] is at most 2,200 lines, and 250 a file', () => {
    const total = sources.reduce((sum, { lines }) => sum + lines, 0)
    expect(total).toBeGreaterThan(1_000) // something was read
    expect(total).toBeLessThanOrEqual(2_200)
    expect(sources.filter(({ lines }) => lines > 250)).toEqual([])
  })

  it('[CR80] hides nothing behind an import: tweetnacl, @noble/hashes and its own files', () => {
    const imported = sources.flatMap(({ text }) => idsIn(text, /\b(?:from|import)[\s(]*'([^']+)'/g))
    const foreign = imported.filter((name) => !name.startsWith('./'))
    expect(
      [...new Set(foreign.map((name) => name.replace(/\/[a-z0-9]+\.js$/, '')))].sort(),
    ).toEqual(['@noble/hashes', 'tweetnacl'])
  })

  it('[CR80] is told in the README: every file is in its reading order', () => {
    const named = idsIn(readme, /`([a-z0-9-]+\.ts)`/g)
    expect(sources.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([])
  })
})
