import type { InviteId, SigningPublicKey } from '@hamsa/crypto'
import type { BodyOf } from '../conversation/bodies/body-codec.ts'
import { keyOf, type IdKey, type Said } from '../conversation/effects/placed-entry.ts'
import { compareEntries } from '../conversation/order.ts'

/** What has become of one invite. */
export type InviteState = {
  readonly invite: BodyOf<'staff-invite'>
  readonly revoked: boolean
  /** Who holds it, in log order of their first use; never more than its uses allow. */
  readonly holders: readonly SigningPublicKey[]
}

export type InviteEntry = Said<'staff-invite' | 'staff-invite-revoked' | 'staff-invite-used'>

/** All that the staff log says of one id; it may be used or revoked before it is told of here. */
type Page = {
  readonly told: Said<'staff-invite'>[]
  readonly uses: Said<'staff-invite-used'>[]
  revoked: boolean
  /** Until another entry comes. */
  state: InviteState | null
}

/** The shop's invites and who used them. Each entry is added once, in any order. */
export class InviteLedger {
  readonly #pages = new Map<IdKey, Page>()

  add(entry: InviteEntry): void {
    const { body } = entry
    const page = this.#pageOf(body.inviteId)
    page.state = null
    switch (body.kind) {
      case 'staff-invite':
        page.told.push({ ...entry, body })
        break
      case 'staff-invite-revoked':
        page.revoked = true
        break
      case 'staff-invite-used':
        page.uses.push({ ...entry, body })
        break
    }
  }

  /** `null` when the shop has made no such invite. */
  invite(id: InviteId): InviteState | null {
    const page = this.#pages.get(keyOf(id))
    if (page === undefined) return null
    page.state ??= stateOf(page)
    return page.state
  }

  /** In log order. */
  invites(): readonly InviteState[] {
    return [...this.#pages.values()]
      .flatMap((page) => firstOf(page) ?? [])
      .sort(compareEntries)
      .flatMap(({ body }) => this.invite(body.inviteId) ?? [])
  }

  #pageOf(id: InviteId): Page {
    const key = keyOf(id)
    const known = this.#pages.get(key)
    if (known !== undefined) return known
    const page: Page = { told: [], uses: [], revoked: false, state: null }
    this.#pages.set(key, page)
    return page
  }
}

function firstOf({ told }: Page): Said<'staff-invite'> | null {
  const [first] = told.sort(compareEntries)
  return first ?? null
}

function stateOf(page: Page): InviteState | null {
  const invite = firstOf(page)?.body
  if (invite === undefined) return null
  const holders = new Map<IdKey, SigningPublicKey>()
  for (const { body } of page.uses.sort(compareEntries)) {
    if (invite.maxUses !== null && holders.size >= invite.maxUses) break
    holders.set(keyOf(body.shopper), body.shopper)
  }
  return { invite, revoked: page.revoked, holders: [...holders.values()] }
}
