import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const PROGRAM = fileURLToPath(new URL('../../dist/signaling/main.js', import.meta.url))

/** Of the range for examples (RFC 5737), so that nothing real is meant by them. */
export const SERVICE_ADDRESS = '203.0.113.1'
export const BROWSER_ADDRESS = '203.0.113.5'
const HTTP_PORT = 8080
const RELAY_PORT = 3478

/** A packet that some program sent or got where the browser is. */
export type Packet = {
  readonly protocol: 'tcp' | 'udp' | 'igmp'
  readonly from: string
  readonly to: string
  /** The name that it asks for or tells of, when it is DNS or mDNS; else empty. */
  readonly name: string
}

/**
 * Two computers on one wire: the service on the one, on the other a browser and nothing else, with
 * an address of its own and a way out to everywhere, which leads nowhere. Whatever a page sends
 * passes the wire or the loopback, and both are recorded.
 */
export type FencedNetwork = {
  readonly origin: string
  /** What to start as Chromium, so that it runs on the browser's computer. */
  readonly chromium: string
  /** Records from now on; the answer ends it and gives all packets. */
  record(): Promise<() => Promise<readonly Packet[]>>
  close(): Promise<void>
}

/** Why there can be no such network here; `null` when there can. */
export function whyNotFenced(): string | null {
  for (const [command, ...args] of [
    ['tshark', '--version'],
    ['unshare', '-n', 'ip', 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two'],
  ] as const) {
    if (spawnSync(command, args, { stdio: 'ignore' }).status !== 0) {
      return `${command} is not here, or may not be used: needs root (CAP_NET_ADMIN), iproute2 and tshark`
    }
  }
  return null
}

export async function startFencedNetwork(chromium: string): Promise<FencedNetwork> {
  const folder = await mkdtemp(join(tmpdir(), 'hamsa-fenced-'))
  const ends = await Promise.all([openComputer(), openComputer()])
  const [service, browser] = ends
  await service.run('ip', [
    'link',
    'add',
    'wire',
    'type',
    'veth',
    'peer',
    'wire',
    'netns',
    browser.id,
  ])
  for (const [end, address] of [
    [service, SERVICE_ADDRESS],
    [browser, BROWSER_ADDRESS],
  ] as const) {
    await end.run('ip', ['link', 'set', 'lo', 'up'])
    await end.run('ip', ['address', 'add', `${address}/24`, 'dev', 'wire'])
    await end.run('ip', ['link', 'set', 'wire', 'up'])
  }
  await browser.run('ip', ['route', 'add', 'default', 'via', SERVICE_ADDRESS])

  const program = service.start(process.execPath, [PROGRAM], {
    cwd: folder,
    env: {
      HOST: SERVICE_ADDRESS,
      SHOPS: 'open', // many pairs without a desk
      PORT: String(HTTP_PORT),
      PUBLIC_URL: `http://${SERVICE_ADDRESS}:${HTTP_PORT}`,
      RELAY_PORT: String(RELAY_PORT),
      RELAY_PUBLIC_IP: SERVICE_ADDRESS,
    },
  })
  let complaints = ''
  program.stderr?.on('data', (data: Buffer) => (complaints += data.toString()))
  const ended = once(program, 'exit').then(() => {
    throw new Error(`the service ended: ${complaints}`)
  })
  if (program.stdout === null) throw new Error('the service has an output')
  await Promise.race([once(program.stdout, 'data'), ended])
  ended.catch(() => undefined) // from here on by our own hand

  const wrapper = join(folder, 'chromium')
  await writeFile(wrapper, `#!/bin/sh\nexec nsenter -t ${browser.id} -n ${chromium} "$@"\n`)
  await chmod(wrapper, 0o755)

  return {
    origin: `http://${SERVICE_ADDRESS}:${HTTP_PORT}`,
    chromium: wrapper,
    async record() {
      const file = join(folder, `${Date.now()}.pcapng`)
      const capture = browser.start('tshark', ['-q', '-i', 'wire', '-i', 'lo', '-w', file])
      // It says so once it listens.
      await new Promise<void>((resolve) => {
        let said = ''
        capture.stderr?.on('data', (data: Buffer) => {
          said += data.toString()
          if (said.includes('Capturing on')) resolve()
        })
      })
      await sendMark(browser)
      return async () => {
        const gone = once(capture, 'exit')
        capture.kill('SIGINT')
        await gone
        return readPackets(file)
      }
    },
    async close() {
      program.kill('SIGKILL')
      await Promise.all(ends.map((end) => end.close()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Whether this packet is between the browser and the service's own two ports. */
export function isWithService({ protocol, from, to }: Packet): boolean {
  const services = portsOf(protocol).map((port) => `${SERVICE_ADDRESS}:${port}`)
  const own = `${BROWSER_ADDRESS}:`
  return services.some(
    (service) =>
      (from === service && to.startsWith(own)) || (to === service && from.startsWith(own)),
  )
}

/** Pages, signalling and relay share a port over TCP; the relay has its own over either. */
function portsOf(protocol: Packet['protocol']): readonly number[] {
  switch (protocol) {
    case 'tcp':
      return [HTTP_PORT, RELAY_PORT]
    case 'udp':
      return [RELAY_PORT]
    default:
      return []
  }
}

type Computer = {
  /** Its process, by whose number its network is named. */
  readonly id: string
  run(command: string, args: readonly string[]): Promise<string>
  start(
    command: string,
    args: readonly string[],
    options?: { readonly cwd: string; readonly env: Record<string, string> },
  ): ChildProcess
  close(): Promise<void>
}

/** A network of its own, which lives as long as a process in it. */
async function openComputer(): Promise<Computer> {
  const holder = spawn('unshare', ['-n', 'sh', '-c', 'echo here; exec sleep infinity'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  const id = String(holder.pid)
  const enter = ['-t', id, '-n']
  return {
    id,
    run: async (command, args) => (await run('nsenter', [...enter, command, ...args])).stdout,
    start: (command, args, options = { cwd: tmpdir(), env: {} }) =>
      spawn('nsenter', [...enter, command, ...args], {
        cwd: options.cwd,
        env: { PATH: process.env.PATH, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    async close() {
      const gone = once(holder, 'exit')
      holder.kill('SIGKILL')
      await gone
    },
  }
}

/** A packet that the recorder has to have seen: it listens, and nothing before it counts. */
async function sendMark(browser: Computer): Promise<void> {
  const script = `require('node:dgram').createSocket('udp4').send('mark', 9, '127.0.0.1', process.exit)`
  await browser.run(process.execPath, ['-e', script])
}

const FIELDS = ['ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'ip.proto', 'ipv6.nxt'] as const
const PORTS = ['tcp.srcport', 'tcp.dstport', 'udp.srcport', 'udp.dstport'] as const
const NAMES = ['dns.qry.name', 'dns.resp.name'] as const

/**
 * What programs have sent. ARP, neighbour discovery and ICMP (a closed port's answer) are the
 * system's own.
 */
async function readPackets(file: string): Promise<readonly Packet[]> {
  const columns = [...FIELDS, ...PORTS, ...NAMES].flatMap((name) => ['-e', name])
  const filter = '(tcp || udp || igmp) && !icmp && !icmpv6'
  const args = ['-r', file, '-Y', filter, '-T', 'fields', '-E', 'occurrence=f', ...columns]
  const { stdout } = await run('tshark', args, { maxBuffer: 2 ** 30 })
  const rows = stdout.split('\n').filter((row) => row !== '')
  const packets = rows.map((row): Packet => {
    const [src = '', dst = '', src6 = '', dst6 = '', proto = '', next = '', ...ports] =
      row.split('\t')
    const [tcpFrom = '', tcpTo = '', udpFrom = '', udpTo = '', asked = '', told = ''] = ports
    const number = proto || next
    const protocol = number === '6' ? 'tcp' : number === '17' ? 'udp' : 'igmp'
    const [from, to] = protocol === 'tcp' ? [tcpFrom, tcpTo] : [udpFrom, udpTo]
    const ends = { from: `${src || src6}:${from}`, to: `${dst || dst6}:${to}` }
    return { protocol, ...ends, name: asked || told }
  })
  const mark = packets.findIndex(({ to }) => to === '127.0.0.1:9')
  if (mark < 0) throw new Error('the recorder did not listen')
  return packets.slice(mark + 1)
}
