import { adoptPageSettings } from '../view/page-settings.ts'
import './hamsa-home.ts'

adoptPageSettings()
