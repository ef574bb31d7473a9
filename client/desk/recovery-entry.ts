import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { RestoreState } from '../session/snapshots.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { LazyPart } from '../view/lazy-part.ts'
import { sharedStyles } from '../view/shared-styles.ts'

/** The other way to begin: with a recovery file. Its form loads when it is asked for. */
@customElement('hamsa-recovery-entry')
export class RecoveryEntry extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
    `,
  ]

  @property({ attribute: false }) restore: RestoreState = { type: 'idle' }
  /** A shop is being made: now is no time for another. */
  @property({ type: Boolean }) creating = false
  @state() private wanted = false

  readonly #form = new LazyPart(this, () => import('./restore-form.ts'))

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('restore') && this.restore.type !== 'idle') this.#want()
  }

  override render(): TemplateResult {
    return html`<button
        class="button quiet"
        type="button"
        aria-expanded=${this.wanted ? 'true' : 'false'}
        @click=${this.#toggle}
      >
        ${icon('key')} ${t('recovery-have')}
      </button>
      ${
        this.wanted
          ? this.#form.draw(
              () =>
                html`<hamsa-restore-form
                  .restore=${this.restore}
                  ?creating=${this.creating}
                ></hamsa-restore-form>`,
            )
          : nothing
      }`
  }

  readonly #toggle = (): void => {
    if (!this.wanted) this.#want()
    else if (this.restore.type !== 'busy') this.wanted = false
  }

  #want(): void {
    this.wanted = true
    void this.#form.want()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-recovery-entry': RecoveryEntry
  }
}
