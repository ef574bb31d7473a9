import textsAr from '../locales/desk.ar.ftl?raw'
import textsEn from '../locales/desk.en.ftl?raw'
import { addTexts } from '../view/i18n.ts'

/* What only the desk says: no shopper's phone loads it. */
addTexts('ar', textsAr)
addTexts('en', textsEn)
