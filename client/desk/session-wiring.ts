import type { DeskSession } from '../session/snapshots.ts'

/** Passes on to the desk's session what the elements inside `page` ask for. */
export function passOn(page: HTMLElement, session: () => DeskSession | null): void {
  page.addEventListener('hamsa-create-shop', (event) => session()?.createShop(event.shopName))
  page.addEventListener('hamsa-restore', (event) =>
    session()?.restore(event.file, event.passphrase),
  )
  page.addEventListener('hamsa-unlock', (event) => session()?.unlock(event.passcode))
  page.addEventListener('hamsa-lock', () => session()?.lock())
  page.addEventListener('hamsa-passcode', (event) => {
    event.answer = session()?.setPasscode(event.passcode) ?? null
  })
  page.addEventListener('hamsa-recovery-file', (event) => {
    event.answer = session()?.recoveryFile(event.passphrase) ?? null
  })
  page.addEventListener('hamsa-readable-export', (event) => {
    event.answer = session()?.readableExport(event.format, event.words) ?? null
  })
  page.addEventListener('hamsa-ask-to-persist', () => session()?.askToPersist())
  page.addEventListener('hamsa-make-invite', (event) =>
    session()?.makeInvite(event.inviteName, event.lifetimeMs),
  )
  page.addEventListener('hamsa-revoke-invite', (event) => session()?.revokeInvite(event.invite))
  page.addEventListener('hamsa-show-safety-number', () => session()?.showSafetyNumber())
  page.addEventListener('hamsa-open-conversation', (event) =>
    session()?.openConversation(event.conversation),
  )
  page.addEventListener('hamsa-close-conversation', () => session()?.closeConversation())
  page.addEventListener('hamsa-send', (event) => session()?.send(event.text))
  page.addEventListener('hamsa-edit', (event) => session()?.discard(event.messageKey))
  page.addEventListener('hamsa-wrote', (event) => session()?.wrote(event.active))
  page.addEventListener('hamsa-shown', (event) => session()?.shown(event.messageKey))
  page.addEventListener('hamsa-disclose', (event) => session()?.disclose(event.disclosure))
  page.addEventListener('hamsa-retry', (event) => session()?.retry(event.messageKey))
}
