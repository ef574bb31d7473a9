import {
  agree,
  concatBytes,
  deriveKey,
  findWork,
  makeBoxPair,
  KNOCK_BYTES,
  makeInviteToken,
  makeVisitNonce,
  MAX_WORK_BITS,
  openKnock,
  openUnderFreshKey,
  parseBoxPublicKey,
  sealKnock,
  sealKnockSoon,
  sealUnderFreshKey,
  workBitsOf,
  type BoxPair,
  type Identity,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flipBit, makeIdentity, makeVisit, publicKeysOf } from './fixtures.ts'

describe('knock', () => {
  it('[CR20] has 1,024 bytes and opens to what the shopper put in', async () => {
    const { inbox, shopper, invite, request, knock } = makeVisit()
    expect(knock.length).toBe(KNOCK_BYTES)
    const opened = await openKnock(knock, { inbox, inviteSecret: () => invite.secret })
    expect(opened).toEqual({
      type: 'knock',
      inviteId: invite.id,
      shopperSigning: shopper.signing.publicKey,
      shopperBox: shopper.box.publicKey,
      conversationSecret: request.conversationSecret,
      visitNonce: request.visitNonce,
      workBits: opened?.workBits,
    })
  })

  it('[CR20] [CR21] [CR22] says the same when it is sealed without holding the page', async () => {
    const { inbox, invite, request, knock } = makeVisit()
    const soon = await sealKnockSoon(request)
    expect(soon.length).toBe(KNOCK_BYTES)
    const keys = { inbox, inviteSecret: () => invite.secret }
    const { workBits } = (await openKnock(soon, keys)) ?? {} // each its own
    expect(await openKnock(soon, keys)).toEqual({ ...(await openKnock(knock, keys)), workBits })
    expect(await sealKnockSoon(request)).not.toEqual(soon)
    const other = { inbox, inviteSecret: () => makeInviteToken().secret }
    expect(await openKnock(soon, other)).toBeNull()
  })

  it('[CR20] never looks the same twice', () => {
    const { request } = makeVisit()
    expect(sealKnock(request)).not.toEqual(sealKnock(request))
  })

  it('[CR21] asks for the secret of the invite that the knock names', async () => {
    const { inbox, invite, knock } = makeVisit()
    const asked: Uint8Array[] = []
    await openKnock(knock, {
      inbox,
      inviteSecret: (id) => {
        asked.push(id)
        return invite.secret
      },
    })
    expect(asked).toEqual([invite.id])
  })

  it('[CR21] is refused when the secret is another', async () => {
    const { inbox, knock } = makeVisit()
    const other = makeInviteToken()
    expect(await openKnock(knock, { inbox, inviteSecret: () => other.secret })).toBeNull()
  })

  it('[CR22] for an unknown invite says enough for an answer, and says it is unknown', async () => {
    const { inbox, request, knock } = makeVisit()
    const opened = await openKnock(knock, { inbox, inviteSecret: () => null })
    expect(opened).toMatchObject({
      type: 'unknown-invite',
      conversationSecret: request.conversationSecret,
      visitNonce: request.visitNonce,
    })
  })

  it('[CR23] is refused by another inbox, and by one that shares only one of its two keys', async () => {
    const { inbox, invite, knock } = makeVisit()
    const other = makeIdentity()
    const open = { inviteSecret: () => invite.secret }
    expect(await openKnock(knock, { inbox: other, ...open })).toBeNull()
    expect(await openKnock(knock, { inbox: { ...inbox, box: other.box }, ...open })).toBeNull()
    const swapped = { ...inbox, signing: other.signing }
    expect(await openKnock(knock, { inbox: swapped, ...open })).toBeNull()
  })

  it('[CR24] is refused with one bit flipped at any of its bytes', async () => {
    const { inbox, invite, knock } = makeVisit()
    const accepted: number[] = []
    for (let index = 0; index < knock.length; index++) {
      const flipped = flipBit(knock, index)
      const opened = await openKnock(flipped, { inbox, inviteSecret: () => invite.secret })
      if (opened !== null) accepted.push(index)
    }
    expect(accepted).toEqual([])
  })

  it('[CR24] is refused with one bit flipped inside, by somebody who can seal it again', async () => {
    const { inbox, invite, knock } = makeVisit()
    const inner = innerOf(knock, inbox)
    expect(inner.plaintext.length).toBe(975)
    const accepted: number[] = []
    for (let index = 0; index < inner.plaintext.length; index++) {
      const forged = inner.sealAgain(flipBit(inner.plaintext, index))
      const opened = await openKnock(forged, { inbox, inviteSecret: () => invite.secret })
      if (opened !== null) accepted.push(index)
    }
    expect(accepted).toEqual([])
    const whole = inner.sealAgain(inner.plaintext)
    expect(await openKnock(whole, { inbox, inviteSecret: () => invite.secret })).not.toBeNull()
  })

  it('[CR22] with a wrong signature is refused for an unknown invite too', async () => {
    const { inbox, knock } = makeVisit()
    const inner = innerOf(knock, inbox)
    for (const index of [0, 16, 48, 80, 112, 128, 136, 168, 231]) {
      const forged = inner.sealAgain(flipBit(inner.plaintext, index))
      expect(await openKnock(forged, { inbox, inviteSecret: () => null })).toBeNull()
    }
  })

  it('[CR23] sealed under another ephemeral key is refused: inside and outside belong together', async () => {
    const { inbox, invite, knock } = makeVisit()
    const { plaintext } = innerOf(knock, inbox)
    const moved = sealWith(makeBoxPair(), inbox, plaintext)
    expect(await openKnock(moved, { inbox, inviteSecret: () => invite.secret })).toBeNull()
  })

  it('[CR1] answers null to any bytes, sealed to the inbox or not', async () => {
    const { inbox, invite } = makeVisit()
    const keys = { inbox, inviteSecret: () => invite.secret }
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 2048 }),
          fc.uint8Array({ minLength: KNOCK_BYTES, maxLength: KNOCK_BYTES }),
          fc
            .uint8Array({ minLength: KNOCK_BYTES - 1, maxLength: KNOCK_BYTES - 1 })
            .map((rest) => Uint8Array.of(1, ...rest)),
        ),
        async (bytes) => (await openKnock(bytes, keys)) === null,
      ),
      { numRuns: 300 },
    )
    const anyPlaintext = fc.uint8Array({ minLength: 975, maxLength: 975 })
    await fc.assert(
      fc.asyncProperty(anyPlaintext, async (plaintext) => {
        const bytes = sealWith(makeBoxPair(), inbox, plaintext)
        return (await openKnock(bytes, keys)) === null
      }),
      { numRuns: 200 },
    )
  })
})

/** A knock's outside, put together as the byte map says, around any plaintext: all it takes is the invite. */
function sealWith(ephemeral: BoxPair, inbox: Identity, plaintext: Uint8Array): Uint8Array {
  const shared = agree(ephemeral.secretKey, inbox.box.publicKey)
  if (shared === null) throw new Error('own keys agree')
  const salt = concatBytes(inbox.box.publicKey, ephemeral.publicKey)
  const key = deriveKey(shared, salt, 'hamsa/knock/1', 32)
  return concatBytes(Uint8Array.of(1), ephemeral.publicKey, sealUnderFreshKey(key, plaintext))
}

/** What the inbox key shows of a knock, and the way to put something else in its place. */
function innerOf(knock: Uint8Array, inbox: Identity) {
  const ephemeral = parseBoxPublicKey(knock.slice(1, 33))
  const shared = ephemeral === null ? null : agree(inbox.box.secretKey, ephemeral)
  if (ephemeral === null || shared === null) throw new Error('a whole knock')
  const key = deriveKey(shared, concatBytes(inbox.box.publicKey, ephemeral), 'hamsa/knock/1', 32)
  const plaintext = openUnderFreshKey(key, knock.slice(33))
  if (plaintext === null) throw new Error('a whole knock')
  const sealAgain = (changed: Uint8Array): Uint8Array =>
    concatBytes(knock.slice(0, 33), sealUnderFreshKey(key, changed))
  return { plaintext, sealAgain }
}

describe('work', () => {
  it('[CR25] is found, shown in the knock and counted from it', async () => {
    const { inbox, invite, request } = makeVisit()
    const keys = { inbox, inviteSecret: () => invite.secret }
    const opened = await openKnock(sealKnock({ ...request, workBits: 8 }), keys)
    expect(opened?.workBits).toBeGreaterThanOrEqual(8)
  })

  it('[CR25] serves one visit only', () => {
    const { inbox, shopper } = makeVisit()
    const subject = {
      inboxSigning: publicKeysOf(inbox).signing,
      shopperSigning: publicKeysOf(shopper).signing,
      visitNonce: makeVisitNonce(),
    }
    const nonce = findWork(subject, 12)
    if (nonce === null) throw new Error('twelve bits are always met')
    expect(workBitsOf(subject, nonce)).toBeGreaterThanOrEqual(12)
    const elsewhere = { ...subject, visitNonce: makeVisitNonce() }
    expect(workBitsOf(elsewhere, nonce)).toBeLessThan(12)
  })

  it('[CR25] gives up after its tries, and is never asked for more than it can do', () => {
    const { inbox, shopper, request } = makeVisit()
    const subject = {
      inboxSigning: publicKeysOf(inbox).signing,
      shopperSigning: publicKeysOf(shopper).signing,
      visitNonce: request.visitNonce,
    }
    expect(findWork(subject, MAX_WORK_BITS, 3)).toBeNull()
    expect(() => findWork(subject, MAX_WORK_BITS + 1)).toThrow('bad-number')
    expect(() => sealKnock({ ...request, workBits: -1 })).toThrow('bad-number')
  })
})
