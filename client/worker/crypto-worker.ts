/* A worker's own script: opening, verifying and key stretching, away from the screen. */
import { serveCrypto } from './crypto-service.ts'

serveCrypto(self)
