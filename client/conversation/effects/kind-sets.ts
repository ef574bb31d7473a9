import { KIND } from '../kind.ts'

/*
 * By code and not by what a body says: a body that is gone, or of a later version, falls under the
 * same rules, so that dropping a body changes no effect.
 */

/** Whose words an edit can replace. */
export const EDITABLE: ReadonlySet<number> = new Set([KIND.text, KIND.reply])

/** What one can react to. */
export const REACTABLE: ReadonlySet<number> = new Set([
  KIND.text,
  KIND.reply,
  KIND['product-card'],
  KIND['file-offer'],
])

/** What stands in a message list by itself. */
export const LISTED: ReadonlySet<number> = new Set([
  ...REACTABLE,
  KIND.form,
  KIND.policy,
  KIND.warning,
  KIND.sanction,
  KIND.appeal,
  KIND.membership,
  KIND.system,
])
