import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FluentResource } from '@fluent/bundle'
import { afterEach, describe, expect, it } from 'vitest'
import '../../client/chat/chat-texts.ts'
import '../../client/desk/desk-texts.ts'
import {
  addEnglishLater,
  addTexts,
  chooseLanguage,
  language,
  loadLanguage,
  onLanguage,
  setLanguage,
  t,
} from '../../client/view/i18n.ts'

const client = fileURLToPath(new URL('../../client', import.meta.url))
const read = (name: string): string => readFileSync(join(client, 'locales', name), 'utf8')
const resource = (name: string): FluentResource => new FluentResource(read(name))
const ids = (name: string): string[] =>
  resource(name)
    .body.map(({ id }) => id)
    .sort()
/** Fluent passes over what it cannot read; each line that begins a message must have become one. */
const written = (name: string): number => read(name).match(/^[a-z][\w-]* =/gm)?.length ?? 0

/** Each part of the pages has its texts in a pair of files, Arabic first. */
const PAIRS = readdirSync(join(client, 'locales'))
  .filter((name) => /(^|\.)en\.ftl$/.test(name))
  .map((name) => [name.replace(/en\.ftl$/, 'ar.ftl'), name] as const)
const englishIds = PAIRS.flatMap(([, english]) => ids(english))

const sources = ['view', 'desk', 'chat', 'home']
  .flatMap((folder) => readdirSync(join(client, folder)).map((name) => join(client, folder, name)))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(name, 'utf8'))
  .join('\n')

afterEach(() => setLanguage('ar'))

describe('texts', () => {
  it.each(PAIRS)(
    '%s and %s have the same ids, each readable and written once',
    (arabic, english) => {
      expect(ids(arabic)).toEqual(ids(english))
      expect(ids(arabic).length).toBeGreaterThan(1)
      for (const name of [arabic, english]) {
        expect(new Set(ids(name)).size).toBe(written(name))
      }
    },
  )

  it('no id is written in two files', () => {
    expect(new Set(englishIds).size).toBe(englishIds.length)
    expect(PAIRS.length).toBeGreaterThan(2)
  })

  it('every id that a view asks for exists', () => {
    const known = new Set(englishIds)
    const asked = [...sources.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, id]) => id)
    expect(asked.length).toBeGreaterThan(40)
    expect(asked.filter((id) => !known.has(id ?? ''))).toEqual([])
  })

  it('no text is left over that no view asks for', () => {
    const left = englishIds.filter((id) => !sources.includes(`'${id}'`))
    expect(left).toEqual([])
  })

  it('Arabic has all six plural forms wherever English counts', () => {
    const counting = (name: string): string[] =>
      resource(name)
        .body.filter(({ value }) => JSON.stringify(value).includes('"select"'))
        .map(({ id }) => id)
    for (const [arabic, english] of PAIRS) {
      expect(counting(arabic)).toEqual(counting(english))
      for (const { id, value } of resource(arabic).body) {
        if (!counting(arabic).includes(id)) continue
        for (const form of ['zero', 'one', 'two', 'few', 'many', 'other']) {
          expect(JSON.stringify(value), id).toContain(`"${form}"`)
        }
      }
    }
  })

  it('counts in Arabic as Arabic does', () => {
    const plain = (count: number): string => t('unread', { count }).replace(/[\u2068\u2069]/g, '')
    expect([0, 1, 2, 3, 11, 100].map(plain)).toEqual([
      'لا رسائل غير مقروءة',
      'رسالة واحدة غير مقروءة',
      'رسالتان غير مقروءتان',
      '3 رسائل غير مقروءة',
      '11 رسالة غير مقروءة',
      '100 رسالة غير مقروءة',
    ])
  })

  it('isolates what is put into a sentence, and shows an unknown id instead of nothing', () => {
    expect(t('page-title', { place: 'Old House' })).toBe('\u2068Old House\u2069 · همسة')
    expect(t('no-such-text')).toBe('⟦no-such-text⟧')
  })

  it('tells its listeners of another language, once, until they leave', () => {
    const heard: string[] = []
    const leave = onLanguage(() => heard.push(language()))
    setLanguage('en')
    setLanguage('en')
    leave()
    setLanguage('ar')
    expect(heard).toEqual(['en'])
  })

  it('Arabic is there at once; English comes when it is first read, and what failed is tried again', async () => {
    let tries = 0
    addEnglishLater(() => {
      tries++
      return tries === 1
        ? Promise.reject(new Error('no connection'))
        : Promise.resolve({ default: 'late = Late' })
    })
    await loadLanguage('ar')
    expect(tries).toBe(0)
    await expect(loadLanguage('en')).rejects.toThrow('no connection')
    await Promise.all([loadLanguage('en'), loadLanguage('en')])
    await loadLanguage('en')
    expect(tries).toBe(2)
    setLanguage('en')
    expect([t('send'), t('create-shop'), t('late')]).toEqual(['Send', 'Create shop', 'Late'])
  })

  it('takes the asked language, else the first known one of the browser, else Arabic', () => {
    expect(chooseLanguage('en', ['ar-EG'])).toBe('en')
    expect(chooseLanguage('xx', ['fr', 'en-GB', 'ar'])).toBe('en')
    expect(chooseLanguage(null, ['AR-eg', 'en'])).toBe('ar')
    expect(chooseLanguage(null, ['fr-FR', 'de'])).toBe('ar')
    expect(chooseLanguage('', [])).toBe('ar')
  })

  it('refuses a text that is there already', () => {
    expect(() => addTexts('ar', 'send = Other')).toThrow()
  })
})
