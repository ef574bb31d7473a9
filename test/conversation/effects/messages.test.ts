import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import type { EntryBody } from '../../../client/conversation/body.ts'
import {
  ConversationEffects,
  effectsOf,
} from '../../../client/conversation/effects/conversation-effects.ts'
import type { PlacedEntry } from '../../../client/conversation/effects/placed-entry.ts'
import { KIND } from '../../../client/conversation/kind.ts'
import { entryOf, idOf, keyOfPerson, rightsIn, type Person } from './effects-world.ts'

type Line = readonly [Person, EntryBody]

const text = (words: string): EntryBody => ({ kind: 'text', text: words })
const edit = (target: number, words: string): EntryBody => ({
  kind: 'edit',
  target: idOf(target),
  text: words,
})
const remove = (target: number): EntryBody => ({ kind: 'delete', target: idOf(target) })
const react = (target: number, emoji: string | null): EntryBody => ({
  kind: 'reaction',
  target: idOf(target),
  emoji,
})

/** The entries of a log whose lines were written one after another; the first is number 0. */
function logOf(...lines: readonly Line[]): PlacedEntry[] {
  return lines.map(([person, body], number) => entryOf(number, person, body))
}

const inRoom = (...lines: readonly Line[]) => effectsOf(logOf(...lines), rightsIn('room'))
const inConversation = (...lines: readonly Line[]) =>
  effectsOf(logOf(...lines), rightsIn('conversation'))

describe('an edit', () => {
  it('[EF20] gives the words when it is the last by the author', () => {
    const effects = inRoom(
      ['sara', text('one')],
      ['sara', edit(0, 'two')],
      ['sara', edit(0, 'three')],
    )
    expect(effects.message(idOf(0))).toMatchObject({ text: 'three', edited: true, deleted: false })
    expect(effects.message(idOf(1))).toBeNull()
  })

  it.each<Person>(['omar', 'owner', 'moderator', 'agent', 'stranger'])(
    '[EF20] by another counts for nothing: %s',
    (person) => {
      const effects = inRoom(['sara', text('one')], [person, edit(0, 'two')])
      expect(effects.message(idOf(0))).toMatchObject({ text: 'one', edited: false })
    },
  )

  it('[EF20] by another device of the shop counts for nothing', () => {
    const effects = inConversation(['agent', text('one')], ['owner', edit(0, 'two')])
    expect(effects.message(idOf(0))).toMatchObject({ text: 'one', edited: false })
  })

  it('[EF20] is no message that could be edited again', () => {
    const effects = inRoom(
      ['sara', text('one')],
      ['sara', edit(0, 'two')],
      ['sara', edit(1, 'three')],
    )
    expect(effects.message(idOf(0))).toMatchObject({ text: 'two' })
  })

  it('[EF13] that is deleted shows the words before it', () => {
    const effects = inRoom(
      ['sara', text('one')],
      ['sara', edit(0, 'two')],
      ['sara', edit(0, 'three')],
      ['sara', remove(2)],
    )
    expect(effects.message(idOf(0))).toMatchObject({ text: 'two', edited: true })
    expect(effects.deletedTargets()).toEqual([idOf(2)])
  })
})

describe('a deletion', () => {
  const GONE = { text: null, edited: false, deleted: true, reactions: new Map(), replyTo: null }

  it.each<[Person, 'conversation' | 'room', boolean]>([
    ['sara', 'conversation', true],
    ['sara', 'room', true],
    ['owner', 'room', true],
    ['moderator', 'room', true],
    ['owner', 'conversation', false],
    ['moderator', 'conversation', false],
    ['agent', 'room', false],
    ['keeper', 'room', false],
    ['omar', 'room', false],
    ['stranger', 'room', false],
  ])('[EF10] of a text of Sara by %s in a %s counts: %s', (person, kind, counts) => {
    const effects = effectsOf(logOf(['sara', text('one')], [person, remove(0)]), rightsIn(kind))
    expect(effects.message(idOf(0))?.deleted).toBe(counts)
    expect(effects.deletedTargets()).toEqual(counts ? [idOf(0)] : [])
  })

  const about = idOf(99)
  const member = keyOfPerson('sara')
  const price = { price: null, url: null, reference: null, picture: null }
  const file = { size: 1, digest: new Uint8Array(32), key: new Uint8Array(32) }
  it.each<[string, EntryBody, boolean, boolean]>([
    ['a text', text('one'), true, true],
    ['a reply', { kind: 'reply', target: about, text: 'x' }, true, true],
    ['an edit', edit(99, 'x'), true, true],
    ['a reaction', react(99, '👍'), true, true],
    ['a product card', { kind: 'product-card', name: 'x', ...price }, true, true],
    ['a file', { kind: 'file-offer', name: 'x', mediaType: 'a/b', ...file }, true, true],
    ['a form', { kind: 'form', answer: { form: 'rating', stars: 1, text: '' } }, true, false],
    ['an appeal', { kind: 'appeal', about, text: 'x' }, true, false],
    ['a later version of a text', { kind: 'unknown', code: KIND.text }, true, true],
    ['a text whose body is gone', { kind: 'deleted', code: KIND.text }, true, true],
    ['a kind to come', { kind: 'unknown', code: 16 }, false, false],
    ['a policy', { kind: 'policy', version: 1, text: 'x' }, false, false],
    ['an acceptance', { kind: 'acceptance', policy: about }, false, false],
    ['a warning', { kind: 'warning', member, about, rule: 'x', text: 'x' }, false, false],
    [
      'a sanction',
      {
        ...{ kind: 'sanction', member, sanction: 'mute', untilMs: null, about },
        ...{ rule: 'x', reason: 'x' },
      },
      false,
      false,
    ],
    ['a membership', { kind: 'membership', member, change: 'joined' }, false, false],
    ['a system entry', { kind: 'system', event: 'lock-down' }, false, false],
    ['a deletion', remove(99), false, false],
    ['a note of the staff', { kind: 'staff-note', shopper: member, text: 'x' }, false, false],
  ])('[EF11] of %s', (_, body, byAuthor, byOwner) => {
    const own = inRoom(['moderator', body], ['moderator', remove(0)])
    expect(own.deletedTargets()).toEqual(byAuthor ? [idOf(0)] : [])
    const others = inRoom(['moderator', body], ['owner', remove(0)])
    expect(others.deletedTargets()).toEqual(byOwner ? [idOf(0)] : [])
  })

  it('[EF12] [EF14] [EF23] is final, and takes the edits along, before it and after', () => {
    const log = logOf(
      ['sara', { kind: 'reply', target: idOf(9), text: 'one' }],
      ['sara', edit(0, 'two')],
      ['omar', edit(0, 'mine')],
      ['omar', react(0, '👍')],
      ['sara', remove(0)],
      ['sara', edit(0, 'three')],
      ['sara', remove(4)],
    )
    const effects = effectsOf(log, rightsIn('conversation'))
    expect(effects.message(idOf(0))).toEqual(GONE)
    const deleted = effects.deletedTargets().map(toHex).sort()
    expect(deleted).toEqual([0, 1, 5].map((number) => toHex(idOf(number))).sort())
  })

  it('[EF12] waits for what it deletes', () => {
    const effects = new ConversationEffects(rightsIn('room'))
    const [target, forged, deletion] = logOf(
      ['sara', text('one')],
      ['omar', remove(0)],
      ['sara', remove(0)],
    )
    if (target === undefined || forged === undefined || deletion === undefined) throw new Error()
    expect([effects.add(forged), effects.add(deletion)]).toEqual([[], []])
    expect(effects.deletedTargets()).toEqual([])
    expect(effects.add(target)).toEqual([target.id])
    expect(effects.message(target.id)).toEqual(GONE)
  })

  it('[EF17] is not what the loss of a body is', () => {
    const effects = inRoom(['sara', { kind: 'deleted', code: KIND.text }])
    expect(effects.message(idOf(0))).toEqual(GONE)
    expect(effects.deletedTargets()).toEqual([])
  })
})

describe('a reaction', () => {
  const reactions = (...lines: readonly Line[]) => [
    ...(inRoom(['sara', text('one')], ...lines).message(idOf(0))?.reactions ?? []),
  ]
  const [omar, owner] = [keyOfPerson('omar'), keyOfPerson('owner')]

  it('[EF21] is one an author, the last', () => {
    expect(
      reactions(['omar', react(0, '👍')], ['owner', react(0, '❤️')], ['omar', react(0, '❤️')]),
    ).toEqual([['❤️', [owner, omar]]])
  })

  it('[EF21] is taken back by none', () => {
    expect(
      reactions(['omar', react(0, '👍')], ['owner', react(0, '👍')], ['omar', react(0, null)]),
    ).toEqual([['👍', [owner]]])
  })

  it('[EF13] that is deleted shows the one before it', () => {
    expect(
      reactions(['omar', react(0, '👍')], ['omar', react(0, '❤️')], ['omar', remove(2)]),
    ).toEqual([['👍', [omar]]])
  })

  it('[EF21] to a policy counts for nothing', () => {
    const effects = inRoom(
      ['owner', { kind: 'policy', version: 1, text: 'x' }],
      ['omar', react(0, '👍')],
    )
    expect(effects.message(idOf(0))?.reactions.size).toBe(0)
  })
})

describe('a reply', () => {
  it('[EF22] shows its target as it is now', () => {
    const effects = inRoom(
      ['sara', text('one')],
      ['omar', { kind: 'reply', target: idOf(0), text: 'yes' }],
      ['omar', { kind: 'reply', target: idOf(9), text: 'to what?' }],
      ['sara', edit(0, 'two')],
    )
    const target = effects.message(idOf(1))?.replyTo ?? null
    expect(target && effects.message(target)).toMatchObject({ text: 'two', edited: true })
    const lost = effects.message(idOf(2))?.replyTo ?? null
    expect(lost).toEqual(idOf(9))
    expect(lost && effects.message(lost)).toBeNull()
  })
})

describe('a message', () => {
  it('[EF25] is the same object until an entry points at it', () => {
    const effects = new ConversationEffects(rightsIn('room'))
    const [first, second, reaction, removal] = logOf(
      ['sara', text('one')],
      ['sara', text('two')],
      ['omar', react(1, '👍')],
      ['omar', remove(2)],
    )
    if (!first || !second || !reaction || !removal) throw new Error()
    effects.add(first)
    const before = effects.message(first.id)
    effects.add(second)
    const plain = effects.message(second.id)
    effects.add(reaction)
    expect(effects.message(first.id)).toBe(before)
    expect(effects.message(second.id)?.reactions.size).toBe(1)
    expect(plain?.reactions.size).toBe(0)
    effects.add(removal)
    expect(effects.message(second.id)).toEqual(plain)
    expect(effects.message(first.id)).toBe(before)
  })
})
