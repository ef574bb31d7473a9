import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toBase64Url } from '@hamsa/crypto'
import { isInboxTopic } from '../inbox.ts'
import { parseShopId, type ShopId } from './shop-id.ts'

/** What is kept of a shop: hashes alone. The inbox is `null` until a desk has proven it. */
export type StoredShop = {
  readonly id: ShopId
  readonly inbox: { readonly topic: string; readonly number: number } | null
}

const FOLDER = 'shops'
const VERSION = 1
/** Far above what one holds. */
const MAX_FILE_CHARS = 1_000

/**
 * One file a shop, named by its id: two processes that share the folder never overwrite each
 * other's shops. Each is written beside and moved into its place, so that nobody reads half of one.
 */
export class ShopFiles {
  readonly #folder: string
  readonly #random: (length: number) => Uint8Array

  constructor(dataDir: string, random: (length: number) => Uint8Array) {
    this.#folder = join(dataDir, FOLDER)
    this.#random = random
  }

  /** Rejects with Node's error when the folder cannot be had, or when a file there is no shop's. */
  async load(): Promise<readonly StoredShop[]> {
    const names = await readdir(this.#folder)
    const ids = names.flatMap((name) => parseShopId(name) ?? [])
    return Promise.all(ids.map((id) => this.#read(id)))
  }

  /** Changes whenever a shop was saved, by whomever. Makes the folder when it is not there. */
  async changedAtMs(): Promise<number> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    return (await stat(this.#folder)).mtimeMs
  }

  async save(shop: StoredShop): Promise<void> {
    const draft = join(this.#folder, `.${toBase64Url(this.#random(12))}`)
    const text = JSON.stringify({ version: VERSION, inbox: shop.inbox })
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await rename(draft, join(this.#folder, shop.id))
  }

  async #read(id: ShopId): Promise<StoredShop> {
    const path = join(this.#folder, id)
    const inbox = parseStored(await readFile(path, 'utf8'))
    if (inbox === undefined) throw new Error(`${path} does not hold a shop; remove it`)
    return { id, inbox }
  }
}

/** `undefined` for what no shop's file holds. */
function parseStored(text: string): StoredShop['inbox'] | undefined {
  const stored = text.length > MAX_FILE_CHARS ? null : parseJson(text)
  if (!isRecord(stored) || stored.version !== VERSION) return undefined
  const { inbox } = stored
  if (inbox === null) return null
  if (!isRecord(inbox) || typeof inbox.topic !== 'string' || typeof inbox.number !== 'number') {
    return undefined
  }
  const { topic, number } = inbox
  return isInboxTopic(topic) && Number.isSafeInteger(number) ? { topic, number } : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // cut short: a disk that was full, or a hand in the folder
  }
}
