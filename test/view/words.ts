import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle'

const folder = fileURLToPath(new URL('../../client/locales', import.meta.url))

export type Words = (id: string, args?: Record<string, FluentVariable>) => string

/** Every text of one language, as a page shows it. Throws on an id that is not there. */
export function wordsOf(lang: 'ar' | 'en'): Words {
  const bundle = new FluentBundle(lang === 'ar' ? 'ar-u-nu-latn' : 'en')
  for (const name of readdirSync(folder)) {
    if (name !== `${lang}.ftl` && !name.endsWith(`.${lang}.ftl`)) continue
    bundle.addResource(new FluentResource(readFileSync(join(folder, name), 'utf8')))
  }
  return (id, args = {}) => {
    const pattern = bundle.getMessage(id)?.value
    if (pattern === undefined || pattern === null) throw new Error(`no text ${id} in ${lang}`)
    return bundle.formatPattern(pattern, args)
  }
}
