import { concatBytes, fromBase64Url, hash, toBase64Url } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatInvite, parseInvite } from '../../client/identity/invite.ts'
import { signCard } from '../../client/identity/signed-card.ts'
import { makeShop, publicInvite } from '../../client/identity/shop-identity.ts'
import { fragmentOf, makeInvites, NOW_MS, ORIGIN } from './fixtures.ts'

const invites = makeInvites()
const fragment = fragmentOf(invites.publicOne)
const MALFORMED = { type: 'problem', problem: 'malformed' }

/** A whole payload, checksum and all, as anyone can make it. */
function fragmentOfPayload(payload: Uint8Array): string {
  const checksum = hash('hamsa/invite/1', payload).slice(0, 4)
  return `1.${toBase64Url(concatBytes(payload, checksum))}`
}

function payloadOf(text: string): Uint8Array {
  return (fromBase64Url(text.slice(2)) ?? new Uint8Array()).slice(0, -4)
}

describe('invite link', () => {
  it('[ID30] comes back from its link, whatever its kind', async () => {
    for (const invite of invites.all) {
      expect(await parseInvite(fragmentOf(invite))).toEqual({ type: 'invite', invite })
    }
  })

  it('[ID31] has the page, then everything else after the #, and is the same each time', () => {
    const link = formatInvite(ORIGIN, invites.publicOne)
    expect(link).toMatch(/^https:\/\/chat\.example\/c#1\.[A-Za-z0-9_-]+$/)
    expect(link.length).toBeLessThan(600)
    expect(formatInvite(`${ORIGIN}/`, publicInvite(invites.shop))).toBe(link)
  })

  it('[ID32] is read with what messengers do to it', async () => {
    const link = formatInvite(ORIGIN, invites.publicOne)
    const worn = [
      `#${fragment}`,
      ` ${fragment}\n`,
      `${fragment}.`,
      `${fragment},`,
      `${fragment}،`,
      `${fragment}؟`,
      `${fragment})`,
      `${fragment}">`,
      `${fragment}\u200e`,
      `${fragment}%E2%80%8E`,
      `${fragment}%E2%80`,
      `${fragment}%20`,
      `${fragment}&utm_source=messenger`,
      `${fragment} تعال إلى متجرنا`,
      fragment.replace('.', '%2E'),
      fragment.replace('.', '%252e'),
      encodeURIComponent(`#${fragment}`),
      link,
      `  ${link}  `,
      link.replace('#', '%23'),
      encodeURIComponent(link),
    ]
    for (const text of worn) {
      expect(await parseInvite(text), text).toMatchObject({ type: 'invite' })
    }
  })

  it('[ID33] with any one character changed is not an invite', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!%'
    await fc.assert(
      fc.asyncProperty(
        fc.nat(fragment.length - 1),
        fc.constantFrom(...alphabet),
        async (index, character) => {
          if (fragment[index] === character) return true
          const changed = fragment.slice(0, index) + character + fragment.slice(index + 1)
          return (await parseInvite(changed)).type === 'problem'
        },
      ),
      { numRuns: 2_000 },
    )
    for (let index = 2; index < fragment.length; index++) {
      const other = fragment[index] === 'A' ? 'B' : 'A'
      const changed = fragment.slice(0, index) + other + fragment.slice(index + 1)
      expect(await parseInvite(changed)).toEqual(MALFORMED)
    }
  })

  it('[ID33] cut short anywhere, or with a character too many, is malformed', async () => {
    for (let length = 0; length < fragment.length; length++) {
      expect(await parseInvite(fragment.slice(0, length))).toEqual(MALFORMED)
    }
    expect(await parseInvite(`${fragment}A`)).toEqual(MALFORMED)
    expect(await parseInvite(fragment.replace('1.', '1.A'))).toEqual(MALFORMED)
  })

  it('[ID34] of another version says so, whatever follows', async () => {
    const unknown = { type: 'problem', problem: 'unknown-version' }
    expect(await parseInvite(fragment.replace('1.', '2.'))).toEqual(unknown)
    expect(await parseInvite('#12.whatever')).toEqual(unknown)
  })

  it('[ID34] of an unknown kind says so, if it is whole', async () => {
    for (const kind of [0, 4, 255]) {
      const payload = payloadOf(fragment)
      payload[0] = kind
      expect(await parseInvite(fragmentOfPayload(payload))).toEqual({
        type: 'problem',
        problem: 'unknown-kind',
      })
    }
  })

  it('[ID35] with a byte of root, inbox or card changed is malformed, even with a checksum that fits', async () => {
    const payload = payloadOf(fragment)
    const cardEnd = payload.length
    const tokenStart = 1 + 32 + 4 + 32 + 32 + 64
    const tokenEnd = tokenStart + 16 + 1 + 32
    for (let index = 1; index < cardEnd; index++) {
      if (index >= tokenStart && index < tokenEnd) continue // the shop judges the token
      const changed = payload.slice()
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8))
      expect(await parseInvite(fragmentOfPayload(changed)), `byte ${index}`).toEqual(MALFORMED)
    }
  })

  it('[ID35] with the card of another shop, or an inbox of another, is malformed', async () => {
    const other = makeShop({ name: 'متجر همسة', nowMs: NOW_MS })
    const foreignCard = signCard(other.card, other.root.signing)
    const cardSwapped = { ...invites.publicOne, signedCard: foreignCard }
    expect(await parseInvite(fragmentOf(cardSwapped))).toEqual(MALFORMED)
    const inbox = { ...other.inboxCertificate, root: invites.publicOne.root }
    expect(await parseInvite(fragmentOf({ ...invites.publicOne, inbox }))).toEqual(MALFORMED)
  })

  it('[ID1] never throws or hangs, whatever the text', async () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      fc.base64String({ maxLength: 3_000 }).map((text) => `#1.${text}`),
      fc.uint8Array({ maxLength: 700 }).map(fragmentOfPayload),
      fc
        .tuple(fc.constantFrom(1, 2, 3), fc.uint8Array({ maxLength: 700 }))
        .map(([kind, rest]) => fragmentOfPayload(Uint8Array.of(kind, ...rest))),
    )
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => (await parseInvite(text)).type === 'problem'),
      { numRuns: 1_000 },
    )
    const long = '%25'.repeat(1_000_000)
    expect(await parseInvite(long)).toEqual(MALFORMED)
  })
})
