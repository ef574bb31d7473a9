import namesAr from '../locales/names.ar.ftl?raw'
import { addEnglishLater, addTexts, t } from '../view/i18n.ts'
import type { ConversationSummary } from '../session/snapshots.ts'
import { fingerprint, keyBytes } from '../view/key-bytes.ts'

addTexts('ar', namesAr)
addEnglishLater(() => import('../locales/names.en.ftl?raw'))

const SEPARATOR = /[,،]\s*/

/**
 * A friendly name for a shopper, picked by two bytes of the key: the same person has the same name
 * at every visit, and the words mean the same in both languages. It tells people apart; it proves
 * nothing.
 */
export function pseudonym(shopperKey: string): string {
  const [first = 0, second = 0] = keyBytes(shopperKey)
  return t('shopper-name', {
    adjective: pick('name-adjectives', first),
    noun: pick('name-nouns', second),
  })
}

/** Names for a list of keys; where two would be called the same, the start of the key is added. */
export function pseudonyms(shopperKeys: readonly string[]): Map<string, string> {
  const names = new Map(shopperKeys.map((key) => [key, pseudonym(key)]))
  const uses = new Map<string, number>()
  for (const name of names.values()) uses.set(name, (uses.get(name) ?? 0) + 1)
  return new Map(
    [...names].map(([key, name]) => [
      key,
      (uses.get(name) ?? 0) > 1 ? `${name} · ${fingerprint(key).slice(0, 9)}` : name,
    ]),
  )
}

/** What the desk calls each shopper: as their link was called, or a friendly name; by their keys. */
export function shopperNames(
  conversations: readonly Pick<ConversationSummary, 'shopperKey' | 'label'>[],
): Map<string, string> {
  const names = pseudonyms(conversations.map(({ shopperKey }) => shopperKey))
  for (const { shopperKey, label } of conversations) {
    if (label !== null) names.set(shopperKey, label)
  }
  return names
}

function pick(list: string, byte: number): string {
  const words = t(list).split(SEPARATOR)
  return words[byte % words.length] ?? ''
}
