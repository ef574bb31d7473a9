import { startPage } from '../view/start-page.ts'
import { openChatSession } from '../wire-chat.ts'
import './hamsa-chat.ts'

void startPage(document.querySelector('hamsa-chat'), openChatSession)
