import { startPage } from '../view/start-page.ts'
import { openChatSession } from '../wire.ts'
import './hamsa-chat.ts'

void startPage(document.querySelector('hamsa-chat'), openChatSession)
