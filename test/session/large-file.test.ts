import { toHex } from '@hamsa/crypto'
import { expect, it } from 'vitest'
import { bodyHashOf, encodeHeader, entryIdOf } from '../../client/conversation/entry-header.ts'
import { makeWriterId, NO_CERTIFICATE } from '../../client/conversation/ids.ts'
import type { LogId } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { conversationLogId } from '../../client/identity/shopper-identity.ts'
import { MAX_ENTRIES_A_RECORD } from '../../client/recovery/record-codec.ts'
import { recoveryFile } from '../../client/session/recovery-file.ts'
import { restore } from '../../client/session/restore.ts'
import { bodyOf } from '../helpers/forged-entry.ts'
import { cheapStretch, testStorage } from '../helpers/test-storage.ts'
import { MemoryStorage } from './memory-storage.ts'
import {
  addShopper,
  fastSigner,
  NOW_MS,
  openSide,
  storeShop,
  type TestShopper,
} from './stored-shop.ts'

/** As many as a busy shop writes in years; fewer unless HAMSA_LONG=1. */
const ENTRIES = process.env.HAMSA_LONG === '1' ? 20_000 : 2_000
const PASSPHRASE = 'قهوة الصباح عند البحر'

/** A shopper's chain, each entry signed, quickly. */
function chainOf(log: LogId, { identity }: TestShopper, length: number): SignedEntry[] {
  const writer = makeWriterId()
  const signed = fastSigner('hamsa/entry/1', identity.signing)
  const salt = new Uint8Array(16)
  const chain: SignedEntry[] = []
  while (chain.length < length) {
    const { kind, body } = bodyOf({ kind: 'text', text: `${chain.length} ${'كلام '.repeat(33)}` })
    const own = {
      author: identity.signing.publicKey,
      certificate: NO_CERTIFICATE,
      writer,
      sequence: chain.length,
      previous: chain.at(-1)?.id ?? null,
      parents: [],
      lamport: chain.length + 1,
      wallTimeMs: NOW_MS,
      kind,
    }
    const stated = { log, bodyLength: body.length, bodyHash: bodyHashOf(salt, body) }
    const header = encodeHeader({ ...own, ...stated })
    const signature = signed(header)
    chain.push({
      ...own,
      id: entryIdOf(header),
      signature,
      content: { type: 'whole', salt, body },
    })
  }
  return chain
}

it(`[RC31] [RC41] a file of ${ENTRIES} entries is made and restored record by record`, async () => {
  const old = new MemoryStorage()
  const shop = await storeShop(old)
  const shopper = await addShopper(old, shop)
  const log = conversationLogId(shop.root.signing.publicKey, shopper.record.shopper)
  await old.entries.put(log, chainOf(log, shopper, ENTRIES))

  const parts = { shop, stretch: cheapStretch, now: () => NOW_MS, onSaved: () => undefined }
  const started = process.cpuUsage()
  const pieces: Uint8Array[] = []
  for await (const piece of recoveryFile({ storage: old, ...parts }, PASSPHRASE).chunks) {
    expect(piece.length).toBeLessThan(513 * 1024)
    pieces.push(piece)
  }
  const made = process.cpuUsage(started)
  const records = Math.ceil(ENTRIES / MAX_ENTRIES_A_RECORD)
  expect(pieces.length).toBe(1 + 1 + 1 + records + 1 + 1 + 1) // head, shop, conversation; certificates, end, last

  const fresh = testStorage()
  let [pulled, put, mostPulledAhead, mostPutAtOnce] = [0, 0, 0, 0]
  async function* pulledPieces() {
    for (const piece of pieces) {
      await Promise.resolve()
      pulled++
      yield piece
    }
  }
  const watched = {
    vault: fresh.vault,
    eraseAll: () => fresh.eraseAll(),
    entries: {
      ...fresh.entries,
      put: async (...[of, entries]: Parameters<typeof fresh.entries.put>) => {
        put++
        mostPulledAhead = Math.max(mostPulledAhead, pulled - put)
        mostPutAtOnce = Math.max(mostPutAtOnce, entries.length)
        await fresh.entries.put(of, entries)
      },
    },
  }
  const result = await restore(
    { storage: watched, stretch: cheapStretch, now: () => NOW_MS, onProgress: () => undefined },
    pulledPieces(),
    PASSPHRASE,
  )
  const both = process.cpuUsage(started)
  expect(result).toEqual({ type: 'restored' })
  expect(put).toBe(records)
  expect(mostPutAtOnce).toBe(MAX_ENTRIES_A_RECORD)
  expect(mostPulledAhead).toBe(3) // head, shop, conversation: never a record of entries
  const side = await openSide(fresh, shop, shopper.record)
  expect(side.texts()).toHaveLength(ENTRIES)
  expect(toHex(side.log.heads()[0]?.id ?? new Uint8Array())).toBe(
    toHex((await old.entries.load(log)).entries.at(-1)?.id ?? new Uint8Array()),
  )
  fresh.close()
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
  // Of the processor, so that other work on the machine does not count.
  const [makingMs, bothMs] = [made, both].map(({ user, system }) => (user + system) / 1_000)
  process.stdout.write(
    `${ENTRIES} entries, ${bytes} bytes: made in ${makingMs} ms, both ${bothMs} ms\n`,
  )
})
