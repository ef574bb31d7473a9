import { mkdtemp, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from '@hamsa/crypto'
import { hasCode } from '../relay-secret.ts'
import type { Settings } from '../settings.ts'
import { ShopFiles } from '../shops/shop-files.ts'
import { isLocalOrigin, isLoopback } from '../setting-parsers.ts'
import { type Check, failed, type Finding, good, warning } from './check.ts'

/** What can be seen on the service's own computer alone. */
export function hostChecks(settings: Settings): readonly Check[] {
  return [
    { name: 'data folder', run: () => lookAtDataDir(settings.dataDir) },
    { name: 'shops', run: () => countShops(settings) },
  ]
}

/** Browsers encrypt at https alone, and at their own computer. */
export function judgeOrigin(origin: string, settings: Settings | null): Finding {
  if (isLocalOrigin(origin)) {
    const isForAll = settings !== null && settings.tls === null && !isLoopback(settings.host)
    return isForAll
      ? failed(
          'not set, though other computers reach the service',
          'Set PUBLIC_URL to its https address.',
        )
      : good('of this computer alone')
  }
  return origin.startsWith('https:')
    ? good('https')
    : failed(
        'not https',
        'Set TLS_CERT and TLS_KEY, or put a proxy with a certificate in front, and make PUBLIC_URL https.',
      )
}

async function lookAtDataDir(dataDir: string): Promise<Finding> {
  try {
    const { mode, uid } = await stat(dataDir)
    if ((mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0')
      return failed(`others may look into it (mode ${shown})`, 'chmod 700 on DATA_DIR.')
    }
    await rmdir(await mkdtemp(join(dataDir, '.doctor-')))
    const me = process.getuid?.() ?? uid
    return uid === me
      ? good('mode 0700, and can be written')
      : warning('it is another user’s', 'Run doctor as the user that runs the service.')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return warning('not there yet', 'The first start makes it; else mend DATA_DIR.')
    }
    return failed('it cannot be written', 'Give DATA_DIR to the user that runs the service.')
  }
}

async function countShops({ shops, dataDir, host }: Settings): Promise<Finding> {
  if (shops.type === 'open') {
    return isLoopback(host)
      ? good('whoever comes is served')
      : warning('whoever comes is served, with a relay, too', 'Set SHOPS=claimed.')
  }
  try {
    const stored = await new ShopFiles(dataDir, randomBytes).load()
    return tellCount(stored.length, shops.type === 'listed' ? shops.ids.length : null)
  } catch (error) {
    if (hasCode(error, 'ENOENT'))
      return tellCount(0, shops.type === 'listed' ? shops.ids.length : null)
    return failed(
      'what is known of them cannot be read',
      'Look at DATA_DIR/shops; the service names the file when it starts.',
    )
  }
}

function tellCount(known: number, listed: number | null): Finding {
  if (listed !== null) return good(`${listed} listed`)
  if (known > 0) return good(`${known} known`)
  return warning(
    'none known yet',
    'Open the desk at the address that the start, or add-shop, prints.',
  )
}
