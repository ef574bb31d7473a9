import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeTurnCredential } from '../../../signaling/relay/credentials.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readXorAddress,
} from '../../../signaling/relay/stun-attribute.ts'
import { METHOD } from '../../../signaling/relay/stun-message.ts'
import { findChromium, launchChromium } from '../../helpers/chromium.ts'
import type { TestBrowser } from '../../helpers/test-browser.ts'
import { makeAuthority } from './certificate-maker.ts'
import { freePort } from '../../helpers/free-port.ts'
import { findProgram } from '../../helpers/installed-program.ts'
import { connectPagePair } from './page-pair.ts'
import { ip } from './turn-lab.ts'
import { attributeText, codeOf, peerAddress, turnRequest, udpTransport } from './turn-request.ts'
import type { RequestDraft } from './turn-request.ts'
import { askOver, openTcpWire, openUdpWire } from './turn-wire.ts'
import type { Wire } from './turn-wire.ts'

const CONF = fileURLToPath(new URL('../../../deploy/coturn/turnserver.conf', import.meta.url))
const SECRET = 'replace-me-by-32-random-characters'
const REALM = 'turn.shop.example'
/** Its own address: all of 127/8 is this computer, so that 127.0.0.1 is somebody else's to it. */
const HOST = '127.0.0.2'
const HALF_MEGABYTE = 512 * 1024

const turnserver = findProgram('turnserver')

/**
 * The example file with its address, ports and certificate replaced. What the overlay adds: loopback
 * is let through at all (coturn refuses it besides its lists), which leaves the lists to decide; and
 * the files that it writes lie in the test's folder.
 */
async function confFor(folder: string, port: number, tlsPort: number): Promise<string> {
  const text = await readFile(CONF, 'utf8')
  const { cert, key } = makeAuthority().issue()
  await writeFile(join(folder, 'chain.pem'), cert)
  await writeFile(join(folder, 'key.pem'), key)
  const replaced = text
    .replace(/^(listening-ip|relay-ip|allowed-peer-ip)=192\.0\.2\.1$/gmu, `$1=${HOST}`)
    .replace(/^listening-port=.*$/mu, `listening-port=${port}`)
    .replace(/^tls-listening-port=.*$/mu, `tls-listening-port=${tlsPort}`)
    .replace('/etc/coturn/', `${folder}/`)
    .replace('/etc/coturn/', `${folder}/`)
  const overlay = [
    'allow-loopback-peers',
    `pidfile=${join(folder, 'pid')}`,
    `userdb=${join(folder, 'turndb')}`,
  ]
  return `${replaced}\n${overlay.join('\n')}\n`
}

describe.skipIf(turnserver === null)('deploy/coturn/turnserver.conf in the real program', () => {
  let folder: string
  let port: number
  let tlsPort: number
  let child: ChildProcess
  let output = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hamsa-coturn-'))
    port = await freePort(HOST)
    tlsPort = await freePort(HOST)
    const path = join(folder, 'turnserver.conf')
    await writeFile(path, await confFor(folder, port, tlsPort))
    child = spawn(turnserver ?? '', ['-c', path], { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (part: Buffer) => (output += part.toString()))
    }
    await vi.waitFor(async () => (await openTcpWire(port, HOST)).close(), {
      timeout: 30_000,
      interval: 100,
    })
  })
  afterAll(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
    await rm(folder, { recursive: true })
  })

  const credential = (lifetimeSeconds = 600) =>
    makeTurnCredential({ secret: SECRET, id: 'someone', now: Date.now(), lifetimeSeconds })

  /** An allocation made over UDP, and how to ask for permissions on it. */
  async function allocate(): Promise<{
    readonly wire: Wire
    readonly address: readonly number[]
    permit(peer: Uint8Array): Promise<number>
  }> {
    const wire = await openUdpWire(port, HOST)
    const challenge = await askOver(wire, turnRequest({ method: METHOD.allocate }))
    const nonce = attributeText(challenge, ATTRIBUTE.nonce)
    const { username, credential: password } = credential()
    const signer = { username, password, nonce, realm: REALM }
    const ask = (draft: Omit<RequestDraft, 'signer'>) =>
      askOver(wire, turnRequest({ ...draft, signer }))
    const message = await ask({ method: METHOD.allocate, attributes: [udpTransport] })
    expect(codeOf(message)).toBe(0)
    const value = findAttribute(message.attributes, ATTRIBUTE.xorRelayedAddress)
    const relayed = value === null ? null : readXorAddress(value, message.transaction)
    return {
      wire,
      address: [...(relayed?.ip ?? [])],
      permit: async (peer) => {
        const transaction = randomBytes(12)
        const attributes = [peerAddress(peer, 9, transaction)]
        return codeOf(await ask({ method: METHOD.createPermission, attributes, transaction }))
      },
    }
  }

  it('[RL35] permits its own address', async () => {
    const { wire, address, permit } = await allocate()
    expect(address).toEqual([...ip(HOST)])
    expect(await permit(ip(HOST))).toBe(0)
    wire.close()
  })

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '8.8.8.8',
  ])('[RL35] refuses %s with 403', async (address) => {
    const { wire, permit } = await allocate()
    expect(await permit(ip(address))).toBe(403)
    wire.close()
  })

  it.each([
    ['mapped', '00000000000000000000ffff7f000001'],
    ['mapped, its own', '00000000000000000000ffff7f000002'],
    ['NAT64', '0064ff9b00000000000000007f000001'],
    ['6to4', '20027f00000100000000000000000000'],
    ['loopback', '00000000000000000000000000000001'],
  ])('[RL35] refuses IPv6, %s', async (_name, hex) => {
    const { wire, permit } = await allocate()
    expect([403, 443]).toContain(await permit(Buffer.from(hex, 'hex')))
    wire.close()
  })

  describe.skipIf(findChromium() === null)('under two peers of Chromium', () => {
    let browser: TestBrowser
    beforeAll(async () => {
      browser = await launchChromium(undefined, ['--ignore-certificate-errors'])
    })
    afterAll(() => browser.close())

    it.each([
      ['udp', 'turn', 'udp'],
      ['tcp', 'turn', 'tcp'],
      ['tls', 'turns', 'tcp'],
    ])('[RL35] they connect over %s, relay-only', async (protocol, scheme, transport) => {
      const page = await browser.newPage(await browser.newContext())
      const at = scheme === 'turns' ? tlsPort : port
      const outcome = await connectPagePair(page, {
        ice: { urls: `${scheme}:${HOST}:${at}?transport=${transport}`, ...credential() },
        bytes: HALF_MEGABYTE,
      })
      expect(outcome.intact).toEqual([true, true])
      expect(outcome.relayProtocols).toEqual([protocol, protocol])
    })
  })

  // The last one: what a program has buffered for its log it writes when it ends.
  it('[RL35] has written nothing down', async () => {
    const gone = once(child, 'close')
    child.kill('SIGTERM')
    await gone
    expect(output).not.toMatch(/listener|session|someone/u)
  })
})
