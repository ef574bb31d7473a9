import {
  equalBytes,
  toBase64Url,
  type InviteId,
  type InviteSecret,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { inviteOf, makePersonalInvite, type PersonalGrant } from '../identity/invite-grant.ts'
import { formatInvite } from '../identity/invite.ts'
import { LAST_EXPIRY_MS, type ShopInvite } from '../identity/invite-kinds.ts'
import { publicInvite } from '../identity/shop-identity.ts'
import { tidyLine } from '../identity/visible-text.ts'
import { MAX_INVITE_NAME_CHARS } from '../conversation/bodies/staff-invite-body.ts'
import { SerialQueue } from '../conversation/serial-queue.ts'
import { judgeInvite, type InviteJudgement } from '../staff/invite-book.ts'
import type { InviteState } from '../staff/invite-ledger.ts'
import type { OpenShop } from './open-shop.ts'
import type { InviteSummary } from './snapshots.ts'
import type { StaffLog } from './staff-log.ts'

/** What a paste may bring into one line. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu

export type ShopInvitesParts = {
  readonly shop: OpenShop
  readonly staff: StaffLog
  /** Scheme, host and port of the pages. */
  readonly origin: string
  /** Unix milliseconds. */
  readonly now: () => number
}

/** The shop's invites: made, listed, revoked, judged, and bound to who used them. */
export class ShopInvites {
  readonly #parts: ShopInvitesParts
  readonly #public: ShopInvite
  readonly #uses = new SerialQueue()
  /** By the name of the invite. */
  readonly #urls = new Map<string, string>()

  constructor(parts: ShopInvitesParts) {
    this.#parts = parts
    this.#public = publicInvite(parts.shop.keys)
  }

  /** Tells the staff log of the public invite, once. Throws `StorageError`. */
  async tellPublic(): Promise<void> {
    const { shop, staff } = this.#parts
    const { id, secret } = shop.keys.invite
    if (staff.state.invite(id) !== null) return
    await staff.say({
      kind: 'staff-invite',
      invite: 'shop',
      inviteId: id,
      secret,
      name: '',
      expiresAtMs: null,
      maxUses: null,
      room: null,
    })
  }

  /** `null` for an invite that the shop has never made. */
  secretOf(id: InviteId): InviteSecret | null {
    if (this.#isPublic(id)) return this.#parts.shop.keys.invite.secret
    return this.#parts.staff.state.invite(id)?.invite.secret ?? null
  }

  /** What this invite is to this shopper, now. */
  judge(id: InviteId, shopper: SigningPublicKey): InviteJudgement {
    const { staff, now } = this.#parts
    const judgement = judgeInvite(staff.state, id, shopper, now())
    // The public one stands in the shop's own keys, also where the staff log could not be told of it.
    return judgement === 'foreign' && this.#isPublic(id) ? 'open' : judgement
  }

  /**
   * The shopper has written: from now on the use is theirs. Stored when this resolves with `open`;
   * otherwise somebody was faster, or the invite has ended. Throws `StorageError`.
   */
  use(id: InviteId, shopper: SigningPublicKey): Promise<InviteJudgement> {
    return this.#uses.run(async () => {
      const judgement = this.judge(id, shopper)
      if (judgement !== 'open' || this.#holds(id, shopper)) return judgement
      await this.#parts.staff.say({ kind: 'staff-invite-used', inviteId: id, shopper })
      return this.judge(id, shopper)
    })
  }

  /** Whether this shopper has used any invite. */
  isHolder(shopper: SigningPublicKey): boolean {
    const invites = this.#parts.staff.state.invites()
    return invites.some(({ invite }) => this.#holds(invite.inviteId, shopper))
  }

  /** The link that everybody may have. */
  get publicUrl(): string {
    return formatInvite(this.#parts.origin, this.#public)
  }

  /** A fresh link for one person, good for so long; `null` for ever. Throws `StorageError`. */
  async make(forWhom: string, lifetimeMs: number | null): Promise<void> {
    const { staff, now } = this.#parts
    const name = [...tidyLine(forWhom.replace(CONTROL, ' '))]
      .slice(0, MAX_INVITE_NAME_CHARS)
      .join('')
    const expiresAtMs = lifetimeMs === null ? null : now() + lifetimeMs
    const { token } = makePersonalInvite({ name, expiresAtMs: expiresAtMs ?? LAST_EXPIRY_MS })
    await staff.say({
      kind: 'staff-invite',
      invite: 'personal',
      inviteId: token.id,
      secret: token.secret,
      name,
      expiresAtMs,
      maxUses: 1,
      room: null,
    })
  }

  /** Ends the invite of this name for everybody. Throws `StorageError`. */
  async revoke(name: string): Promise<void> {
    const invite = this.#personal().find(({ invite: { inviteId } }) => nameOf(inviteId) === name)
    if (invite === undefined || invite.revoked) return
    const { inviteId } = invite.invite
    await this.#parts.staff.say({ kind: 'staff-invite-revoked', inviteId })
  }

  /** What the shop called the link for one person that this shopper has used; `null` for who came otherwise. */
  labelOf(shopper: SigningPublicKey): string | null {
    const used = this.#personal().find(({ holders }) =>
      holders.some((holder) => equalBytes(holder, shopper)),
    )
    const name = used?.invite.name ?? ''
    return name === '' ? null : name
  }

  /** The links for one person each, the newest first. */
  summaries(): readonly InviteSummary[] {
    return this.#personal()
      .map((invite) => this.#summaryOf(invite))
      .reverse()
  }

  #personal(): readonly InviteState[] {
    const invites = this.#parts.staff.state.invites()
    return invites.filter(({ invite }) => invite.invite === 'personal')
  }

  #summaryOf(state: InviteState): InviteSummary {
    const { inviteId, name, expiresAtMs, secret } = state.invite
    const grant: PersonalGrant = {
      kind: 'personal',
      token: { id: inviteId, secret },
      name,
      expiresAtMs: expiresAtMs ?? LAST_EXPIRY_MS,
    }
    return {
      id: nameOf(inviteId),
      name,
      url: this.#urlOf(grant),
      expiresAtMs,
      state: this.#stateOf(state),
    }
  }

  #stateOf({ invite, revoked, holders }: InviteState): InviteSummary['state'] {
    if (revoked) return 'revoked'
    if (holders.length > 0) return 'used'
    const { expiresAtMs } = invite
    return expiresAtMs !== null && this.#parts.now() >= expiresAtMs ? 'expired' : 'open'
  }

  /** Links are made once: each costs a signature of the card. */
  #urlOf(grant: PersonalGrant): string {
    const { origin } = this.#parts
    const id = nameOf(grant.token.id)
    const url = this.#urls.get(id) ?? formatInvite(origin, inviteOf(this.#public, grant))
    this.#urls.set(id, url)
    return url
  }

  #isPublic(id: InviteId): boolean {
    return equalBytes(id, this.#parts.shop.keys.invite.id)
  }

  #holds(id: InviteId, shopper: SigningPublicKey): boolean {
    const holders = this.#parts.staff.state.invite(id)?.holders ?? []
    return holders.some((holder) => equalBytes(holder, shopper))
  }
}

function nameOf(id: InviteId): string {
  return toBase64Url(id)
}
