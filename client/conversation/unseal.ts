import { equalBytes } from '@hamsa/crypto'
import { openEntry } from './entry-seal.ts'
import type { Unsealed, UnsealEntries } from './entry-verifier.ts'
import { verifyEntry } from './entry.ts'

/** `UnsealEntries` on the thread that asks. */
export const unsealHere: UnsealEntries = (sealed, { log, epoch }) =>
  Promise.all(
    sealed.map(async (one): Promise<Unsealed> => {
      const opened = openEntry(one, epoch)
      if (opened.type === 'other-epoch') return opened
      if (opened.type === 'bad-seal') return { type: 'bad', reason: 'seal' }
      if (!equalBytes(opened.log, log)) return { type: 'bad', reason: 'other-log' }
      if (!(await verifyEntry(log, opened.entry))) return { type: 'bad', reason: 'signature' }
      return { type: 'entry', entry: opened.entry }
    }),
  )
