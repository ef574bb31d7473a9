import textsAr from '../locales/desk.ar.ftl?raw'
import { addEnglishLater, addTexts } from '../view/i18n.ts'

/* What only the desk says: no shopper's phone loads it. */
addTexts('ar', textsAr)
addEnglishLater(() => import('../locales/desk.en.ftl?raw'))
