import { randomBytes, toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { makeSlicedUnseal } from '../../client/worker/slices.ts'
import { makeCryptoWorkerSpawner } from '../../client/worker/spawn-crypto-worker.ts'
import { openWorkerCrypto } from '../../client/worker/worker-crypto.ts'
import { ManualClock } from '../helpers/manual-clock.ts'
import { makeSamples, makeSealContext, makeSealedChain, must } from './sealed-entries.ts'

const context = makeSealContext()
const samples = await makeSamples(context)
const sealed = samples.map((sample) => sample.sealed)

describe('slices on the page', () => {
  it('[WK1] give the verdicts of `unsealHere`', async () => {
    const inSlices = makeSlicedUnseal({ now: () => 0, pause: () => Promise.resolve() })
    const verdicts = await inSlices(sealed, context)
    expect(verdicts).toEqual(await unsealHere(sealed, context))
    expect(verdicts.map((one) => (one.type === 'bad' ? one.reason : one.type))).toEqual(
      samples.map(({ verdict }) => verdict),
    )
  })

  it('[WK21] end after 8 ms, and the page has its turn', async () => {
    const chain = await makeSealedChain(context, 10, 10)
    let nowMs = 0
    let pauses = 0
    const inSlices = makeSlicedUnseal({
      now: () => (nowMs += 3), // asked before each entry: each takes 3 ms
      pause: () => {
        pauses++
        return Promise.resolve()
      },
    })
    await inSlices(chain, context)
    expect(pauses).toBe(3) // before the fourth, the seventh and the tenth entry
  })
})

describe('where no worker can start', () => {
  const open = (spawn: () => never) => {
    let spawned = 0
    const crypto = openWorkerCrypto({
      spawn: () => {
        spawned++
        return spawn()
      },
      clock: new ManualClock(),
      pause: () => Promise.resolve(),
    })
    return { crypto, spawned: () => spawned }
  }
  const refuse = (): never => {
    throw new Error('no workers here')
  }

  it('[WK20] [WK22] the page does the work, and asks for no worker again', async () => {
    const { crypto, spawned } = open(refuse)
    const expected = await unsealHere(sealed, context)
    expect(await crypto.unseal(sealed, context)).toEqual(expected)
    expect(await crypto.unseal(sealed, context)).toEqual(expected)
    expect(spawned()).toBe(1)
    crypto.close()
  })

  it('[WK20] the page stretches, and the caller meets the error of what cannot be stretched', async () => {
    const { crypto } = open(refuse)
    const salt = randomBytes(16)
    expect(toHex(await crypto.stretch('a', salt))).toBe(toHex(await crypto.stretch('a', salt)))
    await expect(crypto.stretch('a', randomBytes(15))).rejects.toThrow()
  })
})

describe('the policy of the worker’s address', () => {
  it('[WK31] lets nothing but the built script become a worker, and is made once', () => {
    const made: { name: string; createScriptURL(url: string): string }[] = []
    const addresses: string[] = []
    const nothing = (): void => undefined
    class Recorder {
      readonly postMessage = nothing
      readonly addEventListener = nothing
      readonly terminate = nothing

      constructor(url: string) {
        addresses.push(url)
      }
    }
    const spawn = makeCryptoWorkerSpawner({
      Worker: Recorder,
      trustedTypes: {
        createPolicy(name, rules) {
          made.push({ name, createScriptURL: (url) => rules.createScriptURL(url) })
          return rules
        },
      },
    })
    expect(made).toEqual([])
    spawn()
    spawn()
    expect(made.map(({ name }) => name)).toEqual(['hamsa-worker'])
    const [policy] = made
    const [address] = addresses
    expect(must(policy).createScriptURL(must(address))).toBe(address)
    for (const other of ['https://elsewhere.example/x.js', '/assets/other.js', 'data:,1', '']) {
      expect(() => must(policy).createScriptURL(other)).toThrow(TypeError)
    }
  })
})
