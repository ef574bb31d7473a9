/** Spaces, controls, and marks without a shape of their own, such as the zero-width joiner or the direction marks. */
const INVISIBLE = /^[\s\p{Cc}\p{Cf}]*$/u

/** Whether a reader would see nothing of this text; such a text is no message. */
export function isBlank(text: string): boolean {
  return INVISIBLE.test(text)
}
