/** What can be put on a live channel besides updates: the rule, what, and whether it must cost the connection. */
export const WIRE_ATTACKS = [
  ['LK41', 'control frames of random bytes under a good seal', 'passed over'],
  ['LK41', 'control frames of each kind, cut short', 'passed over'],
  ['LK30', 'awareness, and messages of no kind of y-webrtc', 'passed over'],
  ['LK41', 'a control frame under no seal', 'cut off'],
  ['LK18', 'a control frame that is said twice', 'cut off'],
  ['LK21', 'a frame of a version to come', 'cut off'],
  ['LK21', 'a short frame that says more follows', 'cut off'],
  ['LK21', 'another handshake', 'cut off'],
  ['LK21', 'text where bytes belong', 'cut off'],
] as const

export type WireAttack = (typeof WIRE_ATTACKS)[number][1]

export function isWireAttack(name: unknown): name is WireAttack {
  return WIRE_ATTACKS.some(([, what]) => what === name)
}
