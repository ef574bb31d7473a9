import { makeLinkOptions } from '../link/page/link-options.ts'
import type { PersonOptions } from './crowd.ts'
import type { RemoteCrowd } from './remote-crowd.ts'

/** Full figures with HAMSA_LONG=1; else what a run of all tests has time for. */
export const LONG = process.env.HAMSA_LONG === '1'
/** For what waits for many connections on a machine that has other work too. */
export const PAIRS_TIMEOUT_MS = LONG ? 30 * 60_000 : 4 * 60_000

/** Conversations whose shops live in one crowd and whose shoppers in another. */
export type Pairs = {
  readonly names: readonly string[]
  readonly shops: readonly PersonOptions[]
  readonly shoppers: readonly PersonOptions[]
}

export function makePairs(count: number, prefix = 'pair'): Pairs {
  const names = Array.from({ length: count }, (_, index) => `${prefix} ${index}`)
  const links = names.map((name) => ({ name, ...makeLinkOptions() }))
  return {
    names,
    shops: links.map(({ name, shop }) => ({ name, link: shop })),
    shoppers: links.map(({ name, shopper }) => ({ name, link: shopper })),
  }
}

/** Starts both ends of all at the same moment. */
export async function startPairs(
  desks: RemoteCrowd,
  chats: RemoteCrowd,
  { shops, shoppers }: Pairs,
): Promise<void> {
  await Promise.all([desks.open(shops), chats.open(shoppers)])
}

/** Resolves once all are open on both sides, with the milliseconds that each pair took, shortest first. */
export async function whenAllOpen(
  desks: RemoteCrowd,
  chats: RemoteCrowd,
  names: readonly string[],
): Promise<readonly number[]> {
  const [left, right] = await Promise.all([desks.whenOpen(names), chats.whenOpen(names)])
  return left.map((ms, index) => Math.max(ms, right[index] ?? 0)).sort((one, two) => one - two)
}

/** Each side says one thing; resolves with what stands on the two screens of each pair then. */
export async function talkAll(
  desks: RemoteCrowd,
  chats: RemoteCrowd,
  names: readonly string[],
): Promise<readonly { readonly desk: readonly string[]; readonly chat: readonly string[] }[]> {
  return Promise.all(
    names.map(async (name) => {
      await Promise.all([desks.say(name, [`to ${name}`]), chats.say(name, [`from ${name}`])])
      const [desk, chat] = await Promise.all([desks.whenTexts(name, 2), chats.whenTexts(name, 2)])
      return { desk, chat }
    }),
  )
}

/** A line for whoever reads the run: how many, and how long they took. */
export function printTimes(what: string, times: readonly number[]): void {
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0
  process.stdout.write(
    `${what}: ${times.length}, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, last ${at(1)} ms\n`,
  )
}
