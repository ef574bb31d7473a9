import { equalBytes, type Certificate } from '@hamsa/crypto'
import { verifyEntry } from '../conversation/entry.ts'
import { parseOpening, verifyOpening } from '../conversation/epoch-opening.ts'
import type { LogId } from '../conversation/log.ts'
import { encodeShop, renewCertificate, type ShopKeys } from '../identity/shop-identity.ts'
import type { EntriesRecord, RecoveryContent, VaultRecord } from '../recovery/recovery-record.ts'
import type { Storage } from '../storage/ports.ts'
import { idOfCertificate, saveCertificates } from './certificate-book.ts'
import { saveConversation } from './conversation-record.ts'
import { decodeOpenings, logOfEpochs } from './epoch-records.ts'
import { SHOP, SHOP_CERTIFICATES } from './shop-record.ts'

/**
 * A shop on its way into an empty storage, record by record. Until `finish` there is no shop: what
 * was written is found by nobody, and `eraseLeftovers` takes it away.
 */
export class RestoredShop {
  readonly #storage: Pick<Storage, 'vault' | 'entries'>
  #shop: ShopKeys | null = null
  #certificates: readonly Certificate[] = []

  constructor(storage: Pick<Storage, 'vault' | 'entries'>) {
    this.#storage = storage
  }

  /** Takes one record of a plan in; `false` when it proves unfit, and nothing of it is written. Rejects with `StorageError`. */
  async take(record: RecoveryContent): Promise<boolean> {
    const { vault, entries } = this.#storage
    switch (record.type) {
      case 'shop':
        this.#shop = record.keys
        return true
      case 'shopper':
        return false // a shopper's file is no shop
      case 'certificates':
        this.#certificates = [...this.#certificates, ...record.certificates]
        return true
      case 'conversation':
        await saveConversation(vault, record)
        return true
      case 'vault':
        if (!(await isSound(record))) return false
        await vault.write(record.name, record.bytes)
        return true
      case 'entries':
        if (!(await areSigned(record))) return false
        await entries.put(record.log.id, record.entries)
        return true
    }
  }

  /** From here on there is a shop; `false` when none came, or another is there. Its certificate is renewed when it is about to end. */
  async finish(nowMs: number): Promise<boolean> {
    const { vault } = this.#storage
    if (this.#shop === null || (await vault.read(SHOP)) !== null) return false
    await saveCertificates(vault, SHOP_CERTIFICATES, this.#book(this.#shop.certificate))
    await vault.write(SHOP, encodeShop(renewCertificate(this.#shop, nowMs)))
    return true
  }

  /** All certificates that came and the shop's own, which entries of the file may be under. */
  #book(own: Certificate): readonly Certificate[] {
    const id = idOfCertificate(own)
    const isThere = this.#certificates.some((one) => equalBytes(idOfCertificate(one), id))
    return isThere ? this.#certificates : [...this.#certificates, own]
  }
}

/** Whether the authors did sign all of these entries. Their ids and bodies were proven when the record was read. */
async function areSigned({ log, entries }: EntriesRecord): Promise<boolean> {
  const verdicts = await Promise.all(entries.map((entry) => verifyEntry(log.id, entry)))
  return verdicts.every(Boolean)
}

/** Whether a vault record is what its name says: the openings of the epochs of one log, each signed. Logs do not ask again. */
async function isSound({ name, bytes }: VaultRecord): Promise<boolean> {
  const log = logOfEpochs(name)
  const openings = decodeOpenings(bytes)
  if (log === null || openings === null) return false
  const verdicts = await Promise.all(openings.map((opening) => isOpeningOf(log, opening)))
  return verdicts.every(Boolean)
}

async function isOpeningOf(log: LogId, encoded: Uint8Array): Promise<boolean> {
  const opening = parseOpening(encoded)
  return opening !== null && equalBytes(opening.log, log) && (await verifyOpening(opening))
}
