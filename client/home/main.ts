import { adoptPageSettings } from '../view/page-settings.ts'
import './hamsa-home.ts'

const home = document.querySelector('hamsa-home')
void adoptPageSettings().then(() => {
  if (home !== null) home.ready = true
})
