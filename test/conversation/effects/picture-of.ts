import { toHex } from '@hamsa/crypto'
import type { Effects } from '../../../client/conversation/effects/conversation-effects.ts'
import { everyId } from './arbitrary-log.ts'
import { keyOfPerson, PEOPLE } from './effects-world.ts'

/** All that a screen could ask, comparable. */
export function pictureOf(effects: Effects): unknown {
  return {
    messages: everyId.map((id) => {
      const message = effects.message(id)
      return message && { ...message, reactions: [...message.reactions] }
    }),
    policy: effects.policy(),
    members: PEOPLE.map(keyOfPerson).map((member) => ({
      warnings: effects.warningsTo(member),
      accepted: everyId.map((id) => effects.hasAccepted(member, id)),
      sanctions: [0, 3, 6, 10].map((atMs) => effects.activeSanctions(member, atMs)),
    })),
  }
}

export function deletedIn(effects: Effects): string[] {
  return effects.deletedTargets().map(toHex).sort()
}
