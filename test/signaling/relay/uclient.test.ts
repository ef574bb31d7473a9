import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRelay } from '../../../signaling/relay/relay.ts'
import type { Relay } from '../../../signaling/relay/relay.ts'
import { makeAuthority } from './certificate-maker.ts'
import { findProgram } from '../../helpers/installed-program.ts'
import { REALM, SECRET } from './turn-request.ts'

const pair = makeAuthority().issue()
const MAX_TRIES = 6
const uclient = findProgram('turnutils_uclient')

/*
 * coturn's own client. `-y`: clients talk to each other; `-c`: no reserved second port. Always `-s`
 * (Send): for channels it draws from RFC 5766's wider range of numbers.
 */
describe.skipIf(uclient === null)('coturn’s client (skipped where coturn is not installed)', () => {
  let relay: Relay

  beforeAll(async () => {
    relay = await startRelay({
      host: '127.0.0.1',
      port: 0,
      publicAddress: '127.0.0.1',
      secret: SECRET,
      realm: REALM,
      certificate: () => pair,
    })
  })
  afterAll(() => relay.close())

  it.each([
    ['over UDP', []],
    ['over TCP', ['-t']],
    ['over TLS', ['-t', '-S']],
    ['asking for IPv4 unfragmented, with extra and wrong requests', ['-X', '-g', '-G', '-N']],
  ])('[RL16] loses nothing %s', async (_name, flags) => {
    const output = await outputOf(['-y', '-c', '-s', '-m', '2', '-n', '10', ...flags])
    expect(output).toContain('tot_send_msgs=20, tot_recv_msgs=20')
    expect(output).toContain('Total lost packets 0 ')
  })

  it('[RL2] gets 403 for a peer outside', async () => {
    const output = await firstErrorOf(['-c', '-s', '-n', '1', '-e', '127.0.0.1', '-r', '9999'])
    expect(output).toContain('error 403 (Forbidden)')
    expect(output).not.toContain('Total lost packets')
  })

  it('[RL11] gets 508 for a pair of ports, 440 for IPv6', async () => {
    expect(await firstErrorOf(['-y', '-s', '-n', '1'])).toContain('error 508')
    expect(await firstErrorOf(['-y', '-c', '-s', '-x', '-n', '1'])).toContain('error 440')
  })

  it('[RL7] gets no allocation with another secret', async () => {
    const before = relay.stats()
    const output = await firstErrorOf(['-y', '-c', '-s', '-n', '1'], 'another secret')
    expect(output).toContain('Cannot complete Allocation')
    expect(relay.stats().allocations).toBe(before.allocations)
    expect(relay.stats().refusedRequests).toBeGreaterThanOrEqual(before.refusedRequests + 2)
  })

  function start(flags: readonly string[], secret: string): ChildProcessWithoutNullStreams {
    const to = ['-W', secret, '-u', 'someone', '-p', String(relay.port), '127.0.0.1']
    return spawn(uclient ?? '', [...flags, ...to])
  }

  /**
   * All it says until it ends by itself. On a busy machine it loses patience with its own TLS
   * handshake (`tls_connect: cannot connect`) before it has sent anything: then it is run again.
   */
  async function outputOf(flags: readonly string[]): Promise<string> {
    for (let tries = 1; ; tries++) {
      const output = await collect(start(flags, SECRET), () => undefined)
      const gaveUp = output.includes('cannot connect') && !output.includes('tot_send_msgs')
      if (!gaveUp || tries === MAX_TRIES) return output
    }
  }

  /** What it says up to its first error: what it cannot have, it asks for again and again. */
  function firstErrorOf(flags: readonly string[], secret = SECRET): Promise<string> {
    const client = start(flags, secret)
    return collect(client, (output) => {
      if (/error \d{3}|Cannot complete/u.test(output)) client.kill()
    })
  }
})

function collect(
  client: ChildProcessWithoutNullStreams,
  onOutput: (output: string) => void,
): Promise<string> {
  let output = ''
  for (const stream of [client.stdout, client.stderr]) {
    stream.on('data', (part: Buffer) => {
      output += part.toString()
      onOutput(output)
    })
  }
  return new Promise((resolve, reject) => {
    client.on('error', reject)
    client.on('close', () => resolve(output))
  })
}
