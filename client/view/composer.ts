import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { isBlank } from '../guard/blank-text.ts'
import { SendEvent, WroteEvent } from './events.ts'
import { HamsaElement } from './hamsa-element.ts'
import { pageDirection, t } from './i18n.ts'
import { icon } from './icons.ts'
import { sharedStyles } from './shared-styles.ts'
import { directionOf } from './text-direction.ts'

/** An entry holds 256 KiB with its header and signature; this leaves them room. */
const MAX_TEXT_BYTES = 255 * 1024
/** A letter takes at most three bytes for each UTF-16 unit, so a shorter text needs no count. */
const SURELY_FITS_CHARS = MAX_TEXT_BYTES / 3
/** Safari ends the composition before it reports the Enter that ended it; that Enter comes within this time. */
const COMPOSED_JUST_NOW_MS = 50

/**
 * Where one writes. Enter sends and Shift+Enter breaks the line; on touch screens Enter breaks the
 * line, since Send is under the thumb. What was typed is never lost: it goes only when it is sent.
 */
@customElement('hamsa-composer')
export class Composer extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      form {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3) var(--space-4);
        padding-block-end: max(var(--space-3), env(safe-area-inset-bottom));
        border-block-start: 1px solid var(--line);
        background: var(--surface);
      }

      .row {
        display: flex;
        align-items: end;
        gap: var(--space-2);
      }

      textarea {
        display: block;
        flex: 1;
        min-inline-size: 0;
        max-block-size: min(40dvh, 14rem);
        line-height: 1.5;
        border-radius: 1.375rem;
        overflow-y: auto;
        resize: none;
      }

      textarea[readonly] {
        background: var(--paper-deep);
        color: var(--ink-soft);
      }

      .send {
        flex: none;
        padding-inline: 1.125rem;
      }

      .closed {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }

      @media (max-width: 30rem) {
        form {
          padding-inline: var(--space-3);
        }

        .send {
          inline-size: var(--touch);
          padding: 0;
        }

        .send .words {
          position: absolute;
          inline-size: 1px;
          block-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
    `,
  ]

  /** Nothing can be sent any more; a draft stays readable. */
  @property({ type: Boolean }) closed = false
  /** Each conversation has its own draft. */
  @property() conversation = ''

  @state() private draft = ''
  @state() private tooLong = false
  @query('textarea') private readonly box!: HTMLTextAreaElement | null

  #composedAtMs = Number.NEGATIVE_INFINITY
  readonly #drafts = new Map<string, string>()

  override focus(): void {
    this.box?.focus()
  }

  /** Puts a text back, ahead of what was written since. */
  restore(text: string): void {
    this.draft = this.draft.trim() === '' ? text : `${text}\n${this.draft}`
    this.tooLong = isTooLong(this.draft)
    this.focus()
    void this.updateComplete.then(() => this.#showEnd())
  }

  #showEnd(): void {
    const { box } = this
    if (box === null) return
    box.setSelectionRange(box.value.length, box.value.length)
    box.scrollTop = box.scrollHeight
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('conversation')) return
    const before = changed.get('conversation')
    if (before !== undefined) this.#drafts.set(before, this.draft)
    this.draft = this.#drafts.get(this.conversation) ?? ''
    this.tooLong = isTooLong(this.draft)
  }

  protected override updated(): void {
    const { box } = this
    if (box === null) return
    if (box.value !== this.draft) box.value = this.draft
    // Grows with what is written, up to the limit in the styles.
    box.style.blockSize = 'auto'
    const borders = box.offsetHeight - box.clientHeight
    if (box.scrollHeight > 0) box.style.blockSize = `${box.scrollHeight + borders}px`
  }

  override render(): TemplateResult {
    if (this.closed && isBlank(this.draft)) return html``
    const sendable = !this.closed && !isBlank(this.draft)
    return html`<form @submit=${this.#onSubmit} novalidate>
      <div id="problem" role="alert">
        ${
          this.tooLong
            ? html`<p class="problem">${icon('warning')} ${t('text-too-long')}</p>`
            : nothing
        }
      </div>
      ${this.closed ? html`<p class="closed" id="closed">${t('closed-for-writing')}</p>` : nothing}
      <div class="row">
        <textarea
          class="field"
          rows="1"
          aria-label=${t('message')}
          aria-describedby=${this.closed ? 'closed' : 'problem'}
          aria-invalid=${this.tooLong ? 'true' : 'false'}
          placeholder=${t('message-hint')}
          dir=${directionOf(this.draft) ?? pageDirection()}
          autocomplete="off"
          ?readonly=${this.closed}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
          @compositionend=${this.#onComposed}
        ></textarea>
        <button class="button send" type="submit" aria-disabled=${sendable ? 'false' : 'true'}>
          <span class="words">${t('send')}</span>${icon('send')}
        </button>
      </div>
    </form>`
  }

  readonly #onInput = (): void => {
    this.draft = this.box?.value ?? ''
    this.tooLong = isTooLong(this.draft)
    this.dispatchEvent(new WroteEvent(!isBlank(this.draft)))
  }

  readonly #onComposed = (event: CompositionEvent): void => {
    this.#composedAtMs = event.timeStamp
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const composing =
      event.isComposing || event.timeStamp - this.#composedAtMs < COMPOSED_JUST_NOW_MS
    if (event.key !== 'Enter' || event.shiftKey || composing || writesByTouch()) return
    event.preventDefault()
    this.#send()
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    this.#send()
    this.box?.focus()
  }

  #send(): void {
    const { box } = this
    if (box === null || this.closed) return
    const text = box.value
    if (isBlank(text)) return
    // One that is too long goes too: it is refused at the message, in words, and can come back here.
    this.dispatchEvent(new SendEvent(text))
    this.dispatchEvent(new WroteEvent(false))
    this.draft = ''
    this.tooLong = false
  }
}

function isTooLong(text: string): boolean {
  return text.length > SURELY_FITS_CHARS && new TextEncoder().encode(text).length > MAX_TEXT_BYTES
}

function writesByTouch(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-composer': Composer
  }
}
