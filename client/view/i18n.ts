import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle'
import ar from '../locales/ar.ftl?raw'

/** Languages of the interface, Arabic first. */
export const LANGUAGES = ['ar', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
export type TextArgs = Record<string, FluentVariable>

/** What Intl is asked for; a bare `ar` leaves the choice of digits to the engine. */
export const INTL_LOCALE: Record<Language, string> = { ar: 'ar-u-nu-latn', en: 'en' }

type Source = { readonly default: string }
/** English texts of one part of the pages; they load when a reader first wants them. */
type EnglishPart = { readonly load: () => Promise<Source>; added: Promise<void> | null }

const bundles: Record<Language, FluentBundle> = { ar: emptyBundle('ar'), en: emptyBundle('en') }
const englishParts: EnglishPart[] = []
addTexts('ar', ar)
addEnglishLater(() => import('../locales/en.ftl?raw'))

const listeners = new Set<() => void>()
let current: Language = 'ar'

/** A language tag as one of ours, or `null`: `ar-EG` is Arabic, `fr` is none. */
export function parseLanguage(tag: string | null | undefined): Language | null {
  const base = tag?.toLowerCase().split('-')[0]
  return LANGUAGES.find((language) => language === base) ?? null
}

/** What was asked for wins, then the first language of the browser that we speak, then Arabic. */
export function chooseLanguage(asked: string | null, preferred: readonly string[]): Language {
  const known = [asked, ...preferred].map(parseLanguage).find((language) => language !== null)
  return known ?? 'ar'
}

export function language(): Language {
  return current
}

/** In which direction the interface is read. */
export function pageDirection(): 'ltr' | 'rtl' {
  return current === 'ar' ? 'rtl' : 'ltr'
}

/**
 * Loads what is missing of a language: Arabic is always here, English comes when it is first read.
 * Rejects when it could not be loaded; asked again, it tries again.
 */
export async function loadLanguage(wanted: Language): Promise<void> {
  if (wanted === 'en') await Promise.all(englishParts.map(addEnglish))
}

/** Everything on the page is drawn again in this language, which is loaded already. */
export function setLanguage(next: Language): void {
  if (next === current) return
  current = next
  for (const listener of [...listeners]) listener()
}

/** Called after each change of language; returns the unsubscriber. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Texts that only one page or a late part of it needs. Throws on an id that is there already. */
export function addTexts(to: Language, source: string): void {
  const [problem] = bundles[to].addResource(new FluentResource(source))
  if (problem !== undefined) throw problem
}

/** English texts of a page's own, for `loadLanguage`. */
export function addEnglishLater(load: () => Promise<Source>): void {
  englishParts.push({ load, added: null })
}

/**
 * The text of `id` in the current language, with arguments isolated (FSI … PDI) so that a Latin
 * name cannot reorder an Arabic sentence. An unknown id is shown in brackets: never an empty place.
 */
export function t(id: string, args: TextArgs = {}): string {
  const bundle = bundles[current]
  const pattern = bundle.getMessage(id)?.value
  if (pattern === undefined || pattern === null) return `⟦${id}⟧`
  // With a list for errors a missing argument shows as its own name instead of throwing.
  return bundle.formatPattern(pattern, args, [])
}

function emptyBundle(of: Language): FluentBundle {
  return new FluentBundle(INTL_LOCALE[of], { useIsolating: true })
}

function addEnglish(part: EnglishPart): Promise<void> {
  part.added ??= part.load().then(
    (source) => addTexts('en', source.default),
    (error: unknown) => {
      part.added = null
      throw error
    },
  )
  return part.added
}
