import {
  identityFromSeed,
  makeConversationSecret,
  makeInviteToken,
  makeSeed,
  makeVisitNonce,
  sealKnock,
  type Identity,
  type KnockRequest,
} from '@hamsa/crypto'

export function makeIdentity(): Identity {
  return identityFromSeed(makeSeed())
}

/** The public half of an identity, as an invite carries it. */
export function publicKeysOf(identity: Identity) {
  return { signing: identity.signing.publicKey, box: identity.box.publicKey }
}

/** One shopper at one shop's door. */
export function makeVisit() {
  const inbox = makeIdentity()
  const shopper = makeIdentity()
  const invite = makeInviteToken()
  const request: KnockRequest = {
    inbox: publicKeysOf(inbox),
    inviteId: invite.id,
    inviteSecret: invite.secret,
    shopper,
    conversationSecret: makeConversationSecret(),
    visitNonce: makeVisitNonce(),
  }
  return { inbox, shopper, invite, request, knock: sealKnock(request) }
}

/** A copy with one bit turned over. */
export function flipBit(bytes: Uint8Array, index: number, bit = index % 8): Uint8Array {
  const copy = bytes.slice()
  copy[index] = (copy[index] ?? 0) ^ (1 << bit)
  return copy
}
