import textsAr from '../locales/chat.ar.ftl?raw'
import { addEnglishLater, addTexts } from '../view/i18n.ts'

/* What only the shopper's page says: no desk loads it. */
addTexts('ar', textsAr)
addEnglishLater(() => import('../locales/chat.en.ftl?raw'))
