import { LitElement } from 'lit'
import { onLanguage } from './i18n.ts'

/** What every element of ours has in common: drawn again when the language changes. */
export abstract class HamsaElement extends LitElement {
  #endLanguage: (() => void) | null = null

  override connectedCallback(): void {
    super.connectedCallback()
    this.#endLanguage ??= onLanguage(() => this.requestUpdate())
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#endLanguage?.()
    this.#endLanguage = null
  }
}
