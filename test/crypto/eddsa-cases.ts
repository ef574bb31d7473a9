import {
  add,
  BASE,
  challengeOf,
  encodePoint,
  L,
  littleEndian,
  multiply,
  offCurveYs,
  P,
  toBytes,
  torsionPoints,
} from './edwards.ts'

export type EdCase = {
  readonly what: string
  readonly message: Uint8Array
  readonly signature: Uint8Array
  readonly key: Uint8Array
}

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

/**
 * The twelve vectors of Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs" (SSR 2020), in
 * the order of the paper's tables, on which verifiers in use disagree.
 */
export const TAMING_THE_MANY_EDDSAS: readonly EdCase[] = [
  {
    what: 'small A, small R, S = 0',
    message: '8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6',
    key: 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    signature:
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a0000000000000000000000000000000000000000000000000000000000000000',
  },
  {
    what: 'small A, mixed R',
    message: '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    key: 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    signature:
      'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  },
  {
    what: 'mixed A, small R',
    message: 'aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab',
    key: 'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    signature:
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e',
  },
  {
    what: 'mixed A, mixed R, fits without cofactor',
    message: '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    key: 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    signature:
      '9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009',
  },
  {
    what: 'mixed A, mixed R, fits with cofactor alone',
    message: 'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    key: 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    signature:
      '160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09',
  },
  {
    what: 'mixed A, fits with cofactor unless 8k is reduced first',
    message: 'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    key: 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    signature:
      '21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405',
  },
  {
    what: 'S above L',
    message: '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    key: '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    signature:
      'e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514',
  },
  {
    what: 'S far above L',
    message: '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    key: '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    signature:
      '8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22',
  },
  {
    what: 'small R, not canonical, hashed as reduced',
    message: '9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41',
    key: 'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    signature:
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f',
  },
  {
    what: 'small R, not canonical, hashed as sent',
    message: '9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41',
    key: 'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    signature:
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908',
  },
  {
    what: 'small A, not canonical, hashed as reduced',
    message: 'e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b',
    key: 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    signature:
      'a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  },
  {
    what: 'small A, not canonical, hashed as sent',
    message: '39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f',
    key: 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    signature:
      'a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  },
].map(({ what, message, key, signature }) => ({
  what,
  message: fromHex(message),
  key: fromHex(key),
  signature: fromHex(signature),
}))

/**
 * Every kind of key with every kind of R and of S: honest, with a torsion part, of small order, not
 * canonical, off the curve; S as it should be, raised by L, changed, and at its limits.
 *
 * @param signed what is signed in the end, such as a label and the message
 */
export function* cornerCases(signed: (message: Uint8Array) => Uint8Array): Generator<EdCase> {
  const torsion = torsionPoints() // 0: neutral, 4: order 2, 2: order 4, 1: order 8
  const parts = [0, 4, 2, 1].map((index) => torsion[index] ?? BASE)
  const [offCurve] = offCurveYs(1)
  const strange = [
    ['small', encodePoint(parts[3] ?? BASE)],
    ['small y = -1', toBytes(P - 1n)],
    ['not canonical', toBytes(P + 1n)],
    ['not canonical sign', toBytes((P - 1n) | (1n << 255n))],
    ['off curve', toBytes(offCurve ?? 0n)],
  ] as const
  const [secret, nonce] = [0x1234567890abcdef1234567890abcdefn, 0xfedcba0987654321fedcba0987654321n]
  const pool = (scalar: bigint): (readonly [string, Uint8Array])[] => [
    ...parts.map((part, index) => {
      return [`torsion ${index}`, encodePoint(add(multiply(BASE, scalar), part))] as const
    }),
    ...strange,
  ]
  for (const [a, key] of pool(secret)) {
    for (const [r, point] of pool(nonce)) {
      for (const message of [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]) {
        const k = challengeOf(point, key, signed(message))
        const s = (nonce + k * secret) % L
        for (const [name, value] of [
          ['s', s],
          ['s + L', s + L],
          ['s changed', littleEndian(toBytes(s ^ 1n))],
          ['0', 0n],
          ['L - 1', L - 1n],
          ['L', L],
          ['all ones', 2n ** 256n - 1n],
        ] as const) {
          const signature = Uint8Array.of(...point, ...toBytes(value))
          yield { what: `A ${a}, R ${r}, S ${name}`, message, signature, key }
        }
      }
    }
  }
}
