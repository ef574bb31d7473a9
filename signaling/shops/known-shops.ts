import type { InboxCertificate } from '@hamsa/crypto'
import type { Claims } from './claims.ts'
import type { ShopFiles, StoredShop } from './shop-files.ts'
import { type ShopId, shopIdOf } from './shop-id.ts'
import type { AdmissionRequest, Patron, Shops } from './shops.ts'

/** Files are looked at again this long after the last time, and only for an inbox that is not known. */
const RELOAD_MS = 1_000

export type KnownShopsDeps = {
  readonly files: ShopFiles
  /** Tokens that make further shops known; `null` where only `listed` ones are served. */
  readonly claims: Claims | null
  readonly listed: readonly ShopId[]
  /** Milliseconds, never going back. */
  readonly now: () => number
  /** Takes one line for whoever runs the service. */
  readonly log: (line: string) => void
}

/** `SHOPS=claimed` or a list: shops that are known, each with the inbox that its desk has proven last. */
export class KnownShops implements Shops {
  readonly #deps: KnownShopsDeps
  readonly #shops = new Map<ShopId, StoredShop['inbox']>()
  readonly #byTopic = new Map<string, ShopId>()
  #loadedAt = 0
  #seenChangeMs = 0
  /** One after another: of two desks that show a new inbox at once, the higher number stays. */
  #admissions: Promise<unknown> = Promise.resolve()
  #reload: Promise<void> | null = null

  private constructor(deps: KnownShopsDeps) {
    this.#deps = deps
  }

  /** Rejects with Node's error when the files cannot be read. */
  static async open(deps: KnownShopsDeps): Promise<KnownShops> {
    const shops = new KnownShops(deps)
    await shops.#load()
    return shops
  }

  /** Shops that are served. */
  get size(): number {
    return this.#shops.size
  }

  admit(request: AdmissionRequest): Promise<boolean> {
    const admission = this.#admissions.then(() => this.#admit(request))
    this.#admissions = admission.catch(() => undefined) // its own caller is told
    return admission
  }

  async patronOf(topic: string | null): Promise<Patron | null> {
    if (topic === null) return null
    if (!this.#byTopic.has(topic)) await this.#reloadChanged()
    const shop = this.#byTopic.get(topic)
    return shop === undefined ? null : { type: 'shop', shop }
  }

  async #admit({ topic, certificate, claim }: AdmissionRequest): Promise<boolean> {
    if (certificate === null) return (await this.patronOf(topic)) !== null
    const id = shopIdOf(certificate.root)
    if (!this.#shops.has(id)) await this.#reloadChanged()
    if (!this.#shops.has(id) && !(await this.#isClaimed(claim))) return false
    return this.#keepInbox(id, topic, certificate)
  }

  async #isClaimed(claim: string | null): Promise<boolean> {
    return claim !== null && (await this.#deps.claims?.redeem(claim)) === true
  }

  /** An inbox that was replaced is the shop's no more: a device that was revoked may still hold its key. */
  async #keepInbox(
    id: ShopId,
    topic: string,
    { number }: Pick<InboxCertificate, 'number'>,
  ): Promise<boolean> {
    const kept = this.#shops.get(id) ?? null
    if (kept?.topic === topic) return true
    if (kept !== null && number <= kept.number) return false
    const shop = { id, inbox: { topic, number } }
    try {
      await this.#deps.files.save(shop)
    } catch {
      this.#deps.log('DATA_DIR: a shop could not be saved there.')
      return false
    }
    this.#take(shop)
    return true
  }

  #take({ id, inbox }: StoredShop): void {
    const kept = this.#shops.get(id) ?? null
    if (kept !== null && (inbox === null || inbox.number < kept.number)) return
    if (kept !== null) this.#byTopic.delete(kept.topic)
    this.#shops.set(id, inbox)
    if (inbox !== null) this.#byTopic.set(inbox.topic, id)
  }

  /** What another process on the same folder, or `add-shop`, has changed. */
  #reloadChanged(): Promise<void> {
    const { now, files, log } = this.#deps
    if (now() - this.#loadedAt < RELOAD_MS) return this.#reload ?? Promise.resolve()
    this.#loadedAt = now()
    const reload = async (): Promise<void> => {
      if ((await files.changedAtMs()) !== this.#seenChangeMs) await this.#load()
    }
    // The shops that are known go on.
    this.#reload ??= reload()
      .catch(() => log('DATA_DIR: the shops there cannot be read.'))
      .finally(() => (this.#reload = null))
    return this.#reload
  }

  async #load(): Promise<void> {
    const { files, claims, listed, now } = this.#deps
    this.#seenChangeMs = await files.changedAtMs() // asked first: what is saved meanwhile is seen next time
    this.#loadedAt = now()
    const stored = await files.load()
    for (const id of listed) if (!this.#shops.has(id)) this.#take({ id, inbox: null })
    for (const shop of stored) {
      if (claims !== null || listed.includes(shop.id)) this.#take(shop)
    }
  }
}
