import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Bus } from '../../../signaling/bus/bus.ts'

const PATIENCE = { timeout: 20_000 }
/** What means something to NATS, to JSON or to UTF-8. */
const STRANGE = [
  '*',
  '>',
  'a.*',
  'a.>',
  'a',
  'a.b',
  '.',
  ' ',
  '\r\n',
  '$SYS.>',
  '\ud800',
  '\ud801',
  '€',
]

let marks = 0
/** Resolves when everything that `from` published before has reached `to`, and what `to` subscribed to counts. */
export async function settle(from: Bus, to: Bus): Promise<void> {
  const mark = `settle ${marks++}`
  for (const [one, other] of [
    [to, from],
    [from, to],
  ] as const) {
    const heard: string[] = []
    const end = other.subscribe(mark, (text) => heard.push(text))
    await expect
      .poll(() => {
        one.publish(mark, 'here')
        return heard.length
      }, PATIENCE)
      .toBeGreaterThan(0)
    end()
  }
}

/** What every bus promises; `open` gives another process's end each time. */
export function testBus(name: string, open: () => Bus): void {
  describe(name, () => {
    const buses: Bus[] = []
    const connect = (): Bus => {
      const bus = open()
      buses.push(bus)
      return bus
    }
    afterEach(async () => {
      await Promise.all(buses.splice(0).map((bus) => bus.close()))
    })

    /** Two processes, and what the second has heard on a topic. */
    function pair(topic: string) {
      const [left, right] = [connect(), connect()]
      const heard: string[] = []
      const leave = right.subscribe(topic, (text) => heard.push(text))
      return { left, right, heard, leave }
    }

    it('[SG70] gives a text to the others as it was, in order, and not to its publisher', async () => {
      const { left, right, heard } = pair('tea')
      const own: string[] = []
      left.subscribe('tea', (text) => own.push(text))
      const third = connect()
      const alsoHeard: string[] = []
      third.subscribe('tea', (text) => alsoHeard.push(text))
      await settle(left, right)
      await settle(left, third)
      const texts = ['{"type":"publish"}', 'همسة 🫖', '', 'x'.repeat(60_000), '\u0000']
      for (const text of texts) left.publish('tea', text)
      await settle(left, right)
      await settle(left, third)
      expect(heard).toEqual(texts)
      expect(alsoHeard).toEqual(texts)
      expect(own).toEqual([])
    })

    it('[SG70] does not pass on what it has heard', async () => {
      const { left, right, heard } = pair('tea')
      const back: string[] = []
      left.subscribe('tea', (text) => back.push(text))
      await settle(left, right)
      left.publish('tea', 'once')
      await settle(left, right)
      await settle(right, left)
      expect([heard, back]).toEqual([['once'], []])
    })

    it('[SG71] keeps topics apart, whatever they are made of', async () => {
      const [left, right] = [connect(), connect()]
      const heard = new Map<string, string[]>()
      for (const topic of STRANGE) {
        heard.set(topic, [])
        right.subscribe(topic, (text) => heard.get(topic)?.push(text))
      }
      await settle(left, right)
      for (const topic of STRANGE) left.publish(topic, `to ${STRANGE.indexOf(topic)}`)
      await settle(left, right)
      expect([...heard]).toEqual(STRANGE.map((topic, index) => [topic, [`to ${index}`]]))
    })

    it('[SG71] takes any topic that a client may name', async () => {
      const [left, right] = [connect(), connect()]
      await settle(left, right)
      const topics = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }), {
        minLength: 2,
        maxLength: 20,
      })
      const check = fc.asyncProperty(topics, async ([spoken = '', ...silent]) => {
        const heard: string[] = []
        const ends = [spoken, ...silent].map((topic) =>
          right.subscribe(topic, () => heard.push(topic)),
        )
        await settle(left, right)
        left.publish(spoken, 'x')
        await settle(left, right)
        for (const end of ends) end()
        expect(heard).toEqual([spoken])
      })
      await fc.assert(check, { numRuns: 10 })
    })

    it('[SG72] gives nothing to who has left, and leaving twice is harmless', async () => {
      const { left, right, heard, leave } = pair('tea')
      const still: string[] = []
      right.subscribe('tea', (text) => still.push(text))
      await settle(left, right)
      leave()
      leave()
      left.publish('tea', 'late')
      await settle(left, right)
      expect([heard, still]).toEqual([[], ['late']])
    })

    it('[SG72] is silent once it is closed, and closing twice is harmless', async () => {
      const { left, right, heard } = pair('tea')
      const third = connect()
      await settle(left, right)
      await settle(left, third)
      await right.close()
      await right.close()
      left.publish('tea', 'late')
      await settle(left, third)
      expect(heard).toEqual([])
      right.subscribe('tea', () => undefined)()
      right.publish('tea', 'nobody hears')
    })
  })
}
