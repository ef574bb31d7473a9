import {
  chooseLanguage,
  language,
  loadLanguage,
  pageDirection,
  setLanguage,
  type Language,
} from './i18n.ts'

/** `system` follows the device. */
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

let currentTheme: Theme = 'system'

/**
 * Takes language and theme from the address (`?lang=`, `?theme=`) or from the browser, before
 * anything is drawn. They live in the address alone: nothing about the reader is stored. A language
 * that cannot be loaded now leaves the page in Arabic: never without words.
 */
export async function adoptPageSettings(): Promise<void> {
  const asked = new URLSearchParams(location.search)
  currentTheme = parseTheme(asked.get('theme'))
  showSettings()
  const wanted = chooseLanguage(asked.get('lang'), navigator.languages)
  try {
    await loadLanguage(wanted)
    setLanguage(wanted)
  } catch {
    return // no connection: the button for the other language tries again
  }
  showSettings()
}

export function theme(): Theme {
  return currentTheme
}

/** Draws the page again in this language; what follows `#` stays. Rejects when its texts could not be loaded. */
export async function switchLanguage(next: Language): Promise<void> {
  await loadLanguage(next)
  keepInAddress('lang', next)
  setLanguage(next)
  showSettings()
}

export function switchTheme(next: Theme): void {
  currentTheme = next
  keepInAddress('theme', next === 'system' ? null : next)
  showSettings()
}

/** Address of another of our pages, with the reader's choices; `path` starts with a slash. */
export function pageAddress(path: string): string {
  const asked = new URLSearchParams({ lang: language() })
  if (currentTheme !== 'system') asked.set('theme', currentTheme)
  return `${path}?${asked.toString()}`
}

function parseTheme(value: string | null): Theme {
  return THEMES.find((known) => known === value) ?? 'system'
}

function showSettings(): void {
  const root = document.documentElement
  root.lang = language()
  root.dir = pageDirection()
  if (currentTheme === 'system') delete root.dataset.theme
  else root.dataset.theme = currentTheme
}

function keepInAddress(name: string, value: string | null): void {
  const url = new URL(location.href)
  if (value === null) url.searchParams.delete(name)
  else url.searchParams.set(name, value)
  history.replaceState(history.state, '', url)
}
