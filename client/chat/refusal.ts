import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Refusal } from '../session/snapshots.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { LazyPart } from '../view/lazy-part.ts'
import { sharedStyles } from '../view/shared-styles.ts'

/** Where a refusal of the shop is told; its note loads when there is one. */
@customElement('hamsa-refusal')
export class RefusalPlace extends HamsaElement {
  static override readonly styles = sharedStyles

  @property({ attribute: false }) refusal: Refusal | null = null
  /** Nothing was said: it is all that the page shows. */
  @property({ type: Boolean }) alone = false

  readonly #note = new LazyPart(this, () => import('./refusal-note.ts'))

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('refusal') && this.refusal !== null) void this.#note.want()
  }

  override render(): TemplateResult {
    return html`<div role="status">
      ${
        this.refusal === null
          ? nothing
          : this.#note.draw(
              () =>
                html`<hamsa-refusal-note
                  .refusal=${this.refusal}
                  ?alone=${this.alone}
                ></hamsa-refusal-note>`,
            )
      }
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-refusal': RefusalPlace
  }
}
