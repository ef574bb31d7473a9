import { html, nothing, type TemplateResult } from 'lit'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { saveFile } from '../view/save-file.ts'
import type { ReadableExportEvent, RecoveryFileEvent } from './desk-events.ts'

/** How far the making of a file is. */
export type FileStep = 'none' | 'making' | 'done' | 'failed'

/** Asks the page for a file and hands it to the browser's downloads. */
export async function saveAnswer(
  asker: EventTarget,
  question: ReadableExportEvent | RecoveryFileEvent,
): Promise<FileStep> {
  asker.dispatchEvent(question)
  if (question.answer === null) return 'failed'
  try {
    await saveFile(question.answer)
    return 'done'
  } catch {
    return 'failed' // what was stored could not be read, or not sealed
  }
}

/** What the merchant is told of it; `done` is the id of the text at the end. */
export function fileTold(step: FileStep, done: string): TemplateResult {
  return html`<div role="status">
    ${
      step === 'making'
        ? html`<p class="hint">${t('file-making')}</p>`
        : step === 'done'
          ? html`<p class="told done">${icon('check')}<span>${t(done)}</span></p>`
          : step === 'failed'
            ? html`<p class="problem">${icon('warning')} ${t('file-failed')}</p>`
            : nothing
    }
  </div>`
}
