import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const TESTS = new URL('../', import.meta.url)
const PAGE = new URL('../../client/conversation/LOG.md', import.meta.url)

/** Ids such as [LG20] in a text, each once. */
function idsIn(text: string, pattern: RegExp): Set<string> {
  return new Set(Array.from(text.matchAll(pattern), ([, id]) => id ?? ''))
}

/** Every test file, by its path below `test/`. */
function testFiles(): string[] {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.test.ts'))
}

function quotedIn(files: readonly string[]): Set<string> {
  const texts = files.map((file) => readFileSync(new URL(file, TESTS), 'utf8'))
  return idsIn(texts.join('\n'), /\[(LG\d+)\]/g)
}

const page = readFileSync(PAGE, 'utf8')
const stated = idsIn(page, /\*\*\[(LG\d+)\]\*\*/g)

it('finds the page and the tests', () => {
  expect(stated.size).toBeGreaterThan(60)
  expect(testFiles().length).toBeGreaterThan(20)
})

it('every rule that a test quotes stands in LOG.md', () => {
  expect([...quotedIn(testFiles())].filter((id) => !stated.has(id))).toEqual([])
  expect([...idsIn(page, /\[(LG\d+)\]/g)].filter((id) => !stated.has(id))).toEqual([])
})

it('every rule of LOG.md is quoted by a test of the log', () => {
  const own = testFiles().filter((file) => file.startsWith('conversation/'))
  const quoted = quotedIn(own.filter((file) => !file.endsWith('rules.test.ts')))
  expect([...stated].filter((id) => !quoted.has(id))).toEqual([])
})

it('no rule of LOG.md is stated twice', () => {
  const all = Array.from(page.matchAll(/\*\*\[(LG\d+)\]\*\*/g), ([, id]) => id)
  expect(all).toHaveLength(new Set(all).size)
})
