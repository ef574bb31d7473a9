import { inspect } from 'node:util'
import { randomBytes } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import type { Guest } from '../../signaling/address-account.ts'
import { AddressLedger } from '../../signaling/address-ledger.ts'
import { DEFAULT_LIMITS, type Limits } from '../../signaling/limits.ts'

const DAY_MS = 24 * 60 * 60 * 1000

function setUp(limits: Partial<Limits> = {}) {
  let nowMs = 0
  const ledger = new AddressLedger({
    limits: { ...DEFAULT_LIMITS, ...limits },
    now: () => nowMs,
    random: randomBytes,
  })
  const made: string[] = []
  const guest = (name: string): Guest => ({ makeRoom: () => made.push(name) })
  return { ledger, guest, made, pass: (ms: number) => (nowMs += ms) }
}

describe('addresses', () => {
  it('[SG32] counts an IPv6 network of 64 bits as one, and a mapped address as IPv4', () => {
    const { ledger } = setUp()
    const home = ledger.accountOf('2001:db8:1:2::1')
    expect(ledger.accountOf('2001:db8:1:2:ffff::9')).toBe(home)
    expect(ledger.accountOf('2001:db8:1:3::1')).not.toBe(home)
    expect(ledger.accountOf('::ffff:192.0.2.1')).toBe(ledger.accountOf('192.0.2.1'))
    expect(ledger.accountOf('192.0.2.2')).not.toBe(ledger.accountOf('192.0.2.1'))
    expect(ledger.accountOf('no address')).toBe(ledger.accountOf(''))
  })

  it('[SG32] holds no address, and another hash each day', () => {
    const { ledger, pass } = setUp()
    const before = ledger.accountOf('192.0.2.77')
    const seen = inspect(ledger, { depth: 9, showHidden: true })
    expect(seen).not.toContain('192.0.2.77')
    pass(DAY_MS - 1)
    expect(ledger.accountOf('192.0.2.77')).toBe(before)
    pass(1)
    expect(ledger.accountOf('192.0.2.77')).not.toBe(before)
    expect(ledger.size).toBe(1)
  })

  it('[SG32] forgets an address that has nothing open, and none that has', () => {
    const { ledger, guest, pass } = setUp({ addressMemoryMs: 1000 })
    const stays = guest('stays')
    ledger.accountOf('192.0.2.1').wait(stays)
    ledger.accountOf('192.0.2.2').arrive()
    pass(999)
    ledger.sweep()
    expect(ledger.size).toBe(2)
    pass(1)
    ledger.sweep()
    expect(ledger.size).toBe(1)
    ledger.accountOf('192.0.2.1').leave(stays)
    pass(1000)
    ledger.sweep()
    expect(ledger.size).toBe(0)
  })

  it('[SG32] keeps so many addresses and no more', () => {
    const { ledger } = setUp({ addresses: 10 })
    for (let last = 0; last < 100; last++) ledger.accountOf(`192.0.2.${last}`)
    expect(ledger.size).toBe(10)
  })

  it('[SG34] makes room among those who wait, never among those who joined', () => {
    const { ledger, guest, made } = setUp({ waitingPerAddress: 2 })
    const account = ledger.accountOf('192.0.2.1')
    const honest = guest('honest')
    account.wait(honest)
    expect(account.settle(honest)).toBe(true)
    for (const name of ['a', 'b', 'c', 'd']) account.wait(guest(name))
    expect(made).toEqual(['a', 'b'])
  })

  it('[SG34] gives 500 places by default, and one more when one is left', () => {
    const { ledger, guest, pass } = setUp()
    const account = ledger.accountOf('192.0.2.1')
    const guests = Array.from({ length: 500 }, (_, index) => guest(String(index)))
    expect(guests.every((each) => account.settle(each))).toBe(true)
    pass(1000)
    const late = guest('late')
    expect(account.settle(late)).toBe(false)
    for (const each of guests.slice(0, 1)) account.leave(each)
    expect(account.settle(late)).toBe(true)
  })

  it('[SG34] lets 50 a second in after the burst, and counts none that broke a rule', () => {
    const { ledger, guest, pass } = setUp({ newSockets: { perSecond: 50, burst: 1 } })
    const account = ledger.accountOf('192.0.2.1')
    for (let count = 0; count < 100; count++) {
      const attacker = guest('attacker')
      expect(account.settle(attacker)).toBe(true)
      account.blame(attacker)
      account.leave(attacker)
    }
    expect(account.settle(guest('one'))).toBe(true)
    expect(account.settle(guest('two'))).toBe(false)
    pass(20)
    expect(account.settle(guest('two'))).toBe(true)
  })

  it('[SG35] an address that broke rules is in bad standing until it has kept them for a while', () => {
    const { ledger, guest, pass } = setUp({ faults: { perSecond: 1, burst: 3 } })
    const account = ledger.accountOf('192.0.2.1')
    for (let count = 0; count < 3; count++) {
      expect(account.isInGoodStanding).toBe(true)
      account.blame(guest('attacker'))
    }
    expect(account.isInGoodStanding).toBe(false)
    expect(ledger.accountOf('192.0.2.2').isInGoodStanding).toBe(true)
    pass(1000)
    expect(account.isInGoodStanding).toBe(true)
  })
})
