import { html, type PropertyValues, type TemplateResult } from 'lit'
import { property } from 'lit/decorators.js'
import type { Session } from '../session/snapshots.ts'
import { HamsaElement } from './hamsa-element.ts'
import { noticePage } from './notice-page.ts'
import { SessionController } from './session-controller.ts'

/**
 * A whole page, drawn from its session; until there is one, what the document holds in its place.
 * Whatever goes wrong (no session, a snapshot or a drawing that throws) the page says so in words:
 * it is never blank.
 */
export abstract class SessionElement<Snapshot> extends HamsaElement {
  /** A reactive property of the page, which knows what more its session can do. */
  abstract session: Session<Snapshot> | null
  /** Set when no session could be opened at all. */
  @property({ type: Boolean }) broken = false

  readonly #watch = new SessionController<Snapshot>(this)

  protected abstract page(snapshot: Snapshot): TemplateResult
  /** What the browser's tab says. */
  protected abstract heading(snapshot: Snapshot): string

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('session')) this.#watch.watch(this.session)
  }

  protected override render(): TemplateResult {
    const seen = this.broken ? ({ type: 'broken' } as const) : this.#watch.seen()
    if (seen.type === 'waiting') return html`<slot></slot>`
    if (seen.type === 'broken') return noticePage('crash')
    try {
      document.title = this.heading(seen.snapshot)
      return this.page(seen.snapshot)
    } catch {
      return noticePage('crash')
    }
  }
}
