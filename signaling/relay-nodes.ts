import { createHash } from 'node:crypto'

/** One relay of several: its URLs. The first one names it, so that others may be added to it later. */
export type RelayNode = readonly string[]

const TAG = /^[\w-]{1,64}$/

/** What both sides of a conversation say alike, and nobody else needs to understand; `null` when misshapen. */
export function parseRelayTag(text: string): string | null {
  return TAG.test(text) ? text : null
}

/**
 * The node for a tag: the one with the highest weight (rendezvous hashing). Every process of the
 * service comes to the same one, whatever the order of its list, and a node that goes takes only its
 * own tags with it. `null` without a node.
 */
export function nodeForTag(nodes: readonly RelayNode[], tag: string): RelayNode | null {
  let highest: { readonly node: RelayNode; readonly weight: string } | null = null
  for (const node of nodes) {
    const weight = weightOf(node, tag)
    if (highest === null || weight > highest.weight) highest = { node, weight }
  }
  return highest?.node ?? null
}

/** Hexadecimal of one length, so that text order is the order of numbers. */
function weightOf([name = '']: RelayNode, tag: string): string {
  return createHash('sha256').update(`${tag}\n${name}`).digest('hex')
}
