import { bench, describe } from 'vitest'
import type { EntryBody } from '../../../client/conversation/body.ts'
import {
  ConversationEffects,
  effectsOf,
} from '../../../client/conversation/effects/conversation-effects.ts'
import { entryOf, idOf, rightsIn } from './effects-world.ts'

const ENTRIES = 10_000
const RIGHTS = rightsIn('room')

/** Of ten entries: six texts, a reply, a reaction, an edit and a deletion. */
function bodyOf(number: number): EntryBody {
  const target = idOf(number - 5)
  switch (number % 10) {
    case 6:
      return { kind: 'reply', target, text: 'reply' }
    case 7:
      return { kind: 'reaction', target, emoji: '👍' }
    case 8:
      return { kind: 'edit', target, text: 'edited' }
    case 9:
      return { kind: 'delete', target }
    default:
      return { kind: 'text', text: 'x'.repeat(100) }
  }
}

const log = Array.from({ length: ENTRIES }, (_, number) => entryOf(number, 'sara', bodyOf(number)))
const reactions = Array.from({ length: ENTRIES }, (_, number) =>
  entryOf(ENTRIES + number, 'omar', { kind: 'reaction', target: idOf(0), emoji: '👍' }),
)

describe(`a log of ${ENTRIES} entries`, () => {
  bench('from nothing to what each message shows', () => {
    const effects = effectsOf(log, RIGHTS)
    for (const { id } of log) effects.message(id)
  })

  const full = new ConversationEffects(RIGHTS)
  for (const entry of log) full.add(entry)
  let next = 0
  bench('one more entry, and what its message shows then', () => {
    const entry = entryOf(ENTRIES + next++, 'sara', { kind: 'text', text: 'x' })
    full.add(entry)
    full.message(entry.id)
  })

  bench('a flood: all of them reactions to one message, shown once', () => {
    const effects = effectsOf([...log.slice(0, 1), ...reactions], RIGHTS)
    effects.message(idOf(0))
  })
})
