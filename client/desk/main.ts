import { startPage } from '../view/start-page.ts'
import { openDeskSession } from '../wire-desk.ts'
import './hamsa-desk.ts'

void startPage(document.querySelector('hamsa-desk'), openDeskSession)
