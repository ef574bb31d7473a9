import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../signaling/limits.ts'
import { readSettings } from '../../signaling/settings.ts'

type Env = Record<string, string>

function settingsOf(env: Env) {
  const result = readSettings(env)
  if ('problems' in result) throw new Error(result.problems.join('\n'))
  return result.settings
}

function problemsOf(env: Env): readonly string[] {
  const result = readSettings(env)
  return 'problems' in result ? result.problems : []
}

/** The variables that are complained about, in their order. */
const namesOf = (env: Env) => problemsOf(env).map((problem) => problem.split(':')[0])

describe('settings', () => {
  it('[SG51] needs none', () => {
    expect(settingsOf({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      publicOrigin: null,
      allowedOrigins: [],
      dataDir: './.data',
      tls: null,
      relay: {
        type: 'closed',
        port: 3478,
        tlsPort: null,
        publicAddresses: ['127.0.0.1'],
        secret: null,
        nodes: [],
      },
      shops: { type: 'open' },
      metricsToken: null,
      logLevel: 'warn',
      nats: null,
      limits: DEFAULT_LIMITS,
      trustedProxies: ['127.0.0.0/8', '::1'],
    })
  })

  it('[SG51] reads each', () => {
    expect(
      settingsOf({
        HOST: '0.0.0.0',
        PORT: '80',
        PUBLIC_URL: 'https://chat.shop.example/',
        ALLOWED_ORIGINS: 'https://a.example, http://b.example:81',
        DATA_DIR: '/var/lib/hamsa',
        RELAY: 'closed',
        RELAY_PORT: '3479',
        RELAY_PUBLIC_IP: '192.0.2.1',
        RELAY_TLS_PORT: '5349',
        TLS_CERT: '/etc/hamsa/chain.pem',
        TLS_KEY: '/etc/hamsa/key.pem',
        TURN_SECRET: 'sixteen letters!',
        METRICS_TOKEN: 'sixteen letters?',
        LOG_LEVEL: 'info',
        NATS_URL: 'tls://hamsa:p%40ss@nats.example, tls://[2001:db8::2]:4223',
        MAX_SOCKETS: '1000',
        SOCKETS_PER_ADDRESS: '20',
        NEW_SOCKETS_PER_ADDRESS: '5',
        TRUST_PROXY: '10.0.0.0/8, 2001:db8::1',
      }),
    ).toEqual({
      host: '0.0.0.0',
      port: 80,
      publicOrigin: 'https://chat.shop.example',
      allowedOrigins: ['https://a.example', 'http://b.example:81'],
      dataDir: '/var/lib/hamsa',
      tls: { certPath: '/etc/hamsa/chain.pem', keyPath: '/etc/hamsa/key.pem' },
      relay: {
        type: 'closed',
        port: 3479,
        tlsPort: 5349,
        publicAddresses: ['192.0.2.1'],
        secret: 'sixteen letters!',
        nodes: [],
      },
      shops: { type: 'claimed' },
      metricsToken: 'sixteen letters?',
      logLevel: 'info',
      nats: {
        servers: ['nats.example:4222', '[2001:db8::2]:4223'],
        isEncrypted: true,
        user: 'hamsa',
        password: 'p@ss',
      },
      limits: {
        ...DEFAULT_LIMITS,
        sockets: 1_000,
        socketsForAll: 800,
        connections: 3_000,
        socketsPerAddress: 20,
        waitingPerAddress: 20,
        newSockets: { perSecond: 5, burst: 20 },
        arrivals: { perSecond: 50, burst: 40 },
      },
      trustedProxies: ['10.0.0.0/8', '2001:db8::1'],
    })
  })

  it('[SG51] takes an empty variable for one that is not set', () => {
    expect(settingsOf({ PORT: '', HOST: ' ', NATS_URL: '' })).toEqual(settingsOf({}))
  })

  it('[SG51] takes another relay in place of its own', () => {
    const TURN_URLS = 'turn:turn.example:3478?transport=udp,turns:turn.example'
    expect(
      settingsOf({ TURN_URLS, TURN_SECRET: 'sixteen letters!', RELAY: 'off' }).relay.type,
    ).toBe('external')
    expect(
      settingsOf({ TURN_URLS, TURN_SECRET: 'sixteen letters!', HOST: '0.0.0.0' }).relay,
    ).toEqual({
      type: 'external',
      nodes: [['turn:turn.example:3478?transport=udp', 'turns:turn.example']],
      secret: 'sixteen letters!',
    })
    expect(settingsOf({ RELAY: 'off', HOST: '0.0.0.0' }).relay).toEqual({ type: 'off' })
  })

  it('[SG51] tells every problem at once', () => {
    expect(
      namesOf({
        PORT: '80800',
        HOST: 'shop',
        PUBLIC_URL: 'chat.shop.example',
        ALLOWED_ORIGINS: 'https://a.example/path',
        RELAY: 'open',
        RELAY_PORT: '-1',
        RELAY_PUBLIC_IP: '192.0.2.256',
        TURN_SECRET: 'short',
        SHOPS: 'closed',
      }),
    ).toEqual([
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'ALLOWED_ORIGINS',
      'RELAY',
      'RELAY_PORT',
      'RELAY_PUBLIC_IP',
      'TURN_SECRET',
      'SHOPS',
    ])
  })

  it.each<[Env, string[]]>([
    [{ PORT: '1e3' }, ['PORT']],
    [{ PORT: '65536' }, ['PORT']],
    [{ PUBLIC_URL: 'https://user:word@chat.shop.example' }, ['PUBLIC_URL']],
    [{ PUBLIC_URL: 'https://chat.shop.example/chat' }, ['PUBLIC_URL']],
    [{ PUBLIC_URL: 'javascript:alert(1)' }, ['PUBLIC_URL']],
    [{ ALLOWED_ORIGINS: '*' }, ['ALLOWED_ORIGINS']],
    [{ TLS_CERT: 'chain.pem' }, ['TLS_KEY']],
    [{ TLS_KEY: 'key.pem' }, ['TLS_CERT']],
    [{ RELAY_TLS_PORT: '5349' }, ['RELAY_TLS_PORT']],
    [{ RELAY_PUBLIC_IP: '192.0.2.1,192.0.2.2' }, ['RELAY_PUBLIC_IP']],
    [{ RELAY_PUBLIC_IP: '192.0.2.1,2001:db8::1' }, ['RELAY_PUBLIC_IP']],
    [{ TURN_URLS: 'turn:turn.example' }, ['TURN_SECRET']],
    [{ MAX_SOCKETS: '0', SOCKETS_PER_ADDRESS: '1.5' }, ['MAX_SOCKETS', 'SOCKETS_PER_ADDRESS']],
    [{ NEW_SOCKETS_PER_ADDRESS: '1000001' }, ['NEW_SOCKETS_PER_ADDRESS']],
    [{ SHOPS: `${'A'.repeat(43)},all` }, ['SHOPS']],
    [{ METRICS_TOKEN: 'short', LOG_LEVEL: 'loud' }, ['METRICS_TOKEN', 'LOG_LEVEL']],
    [{ NATS_URL: 'nats.example:4222' }, ['NATS_URL']],
    [{ NATS_URL: 'nats://a%@nats.example' }, ['NATS_URL']],
    [{ NATS_URL: 'nats://one.example,http://two.example' }, ['NATS_URL']],
    [{ TRUST_PROXY: 'true' }, ['TRUST_PROXY']],
    [{ TRUST_PROXY: '10.0.0.0/8,proxy.example' }, ['TRUST_PROXY']],
    [{ TURN_URLS: 'stun:turn.example', TURN_SECRET: 'sixteen letters!' }, ['TURN_URLS']],
    [
      { TURN_URLS: 'turn:turn.example', TURN_SECRET: 'sixteen letters!', RELAY: 'closed' },
      ['RELAY'],
    ],
  ])('[SG51] complains of %j', (env, names) => {
    expect(namesOf(env)).toEqual(names)
  })

  it('[SG60] is open on this computer alone, and reads a list of shops', () => {
    const shopsOf = (env: Env) => settingsOf({ RELAY: 'off', ...env }).shops
    const open = { type: 'open' }
    const claimed = { type: 'claimed' }
    expect(shopsOf({ PUBLIC_URL: 'http://localhost:8080' })).toEqual(open)
    expect(shopsOf({ PUBLIC_URL: 'http://[::1]:8080' })).toEqual(open)
    expect(shopsOf({ PUBLIC_URL: 'https://chat.shop.example' })).toEqual(claimed)
    expect(shopsOf({ HOST: '0.0.0.0' })).toEqual(claimed)
    expect(shopsOf({ HOST: '0.0.0.0', SHOPS: 'open' })).toEqual(open)
    expect(shopsOf({ SHOPS: 'claimed' })).toEqual(claimed)
    const [one, two] = ['A'.repeat(43), 'B'.repeat(43)]
    expect(shopsOf({ SHOPS: `${one}, ${two}` })).toEqual({ type: 'listed', ids: [one, two] })
  })

  it('[SG47] takes several relays, foreign ones and its own', () => {
    const urls = 'turn:a.example, turns:a.example; turn:b.example'
    const nodes = [['turn:a.example', 'turns:a.example'], ['turn:b.example']]
    const TURN_SECRET = 'sixteen letters!'
    expect(settingsOf({ TURN_URLS: urls, TURN_SECRET }).relay).toMatchObject({ nodes })
    expect(settingsOf({ RELAY_NODES: urls, TURN_SECRET }).relay).toMatchObject({
      type: 'closed',
      nodes,
    })
    expect(namesOf({ RELAY_NODES: urls })).toEqual(['TURN_SECRET'])
    expect(namesOf({ RELAY_NODES: urls, TURN_URLS: urls, TURN_SECRET })).toEqual(['RELAY_NODES'])
    expect(namesOf({ RELAY_NODES: 'turn:a.example;', TURN_SECRET })).toEqual(['RELAY_NODES'])
  })

  it('[RL34] takes a public address of each family', () => {
    const env = { HOST: '::', RELAY_PUBLIC_IP: '192.0.2.1, 2001:db8::1' }
    expect(settingsOf(env).relay).toMatchObject({
      publicAddresses: ['192.0.2.1', '2001:db8::1'],
    })
  })

  it('[SG51] asks for the relay address as soon as others can reach the service', () => {
    expect(problemsOf({ HOST: '0.0.0.0' })).toEqual([
      'RELAY_PUBLIC_IP: HOST is 0.0.0.0, so say at which IP address browsers reach this computer (or set RELAY=off, or TURN_URLS)',
    ])
    expect(problemsOf({ HOST: '127.0.0.53' })).toEqual([])
    expect(problemsOf({ HOST: '::1' })).toEqual([])
  })

  it.each(['FRAME_ANCESTORS'])('[SG51] does not pretend that %s works', (name) => {
    expect(problemsOf({ [name]: '1' })).toEqual([
      `${name}: not supported by this version yet; leave it out`,
    ])
  })
})
