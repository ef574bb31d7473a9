import { stretchPassphrase, toHex, toUtf8 } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'

describe('stretching a passphrase', () => {
  // RFC 7914 §12; the first 32 bytes of its 64, which scrypt's last PBKDF2 gives first.
  it('[CR60] is scrypt of RFC 7914', () => {
    const cost = { N: 1024, r: 8, p: 16 }
    expect(toHex(stretchPassphrase('password', toUtf8('NaCl'), cost))).toBe(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162',
    )
    const heavy = { N: 16_384, r: 8, p: 1 }
    expect(toHex(stretchPassphrase('pleaseletmein', toUtf8('SodiumChloride'), heavy))).toBe(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2',
    )
  })

  it('[CR61] takes one word typed in two ways for one passphrase', () => {
    const cost = { N: 1024, r: 8, p: 1 }
    const salt = toUtf8('0123456789abcdef')
    expect(stretchPassphrase('قهوة\u{FEFF}', salt, cost)).not.toEqual(
      stretchPassphrase('قهوة', salt, cost),
    )
    expect(stretchPassphrase('ﻗﻬﻮﺓ', salt, cost)).toEqual(stretchPassphrase('قهوة', salt, cost))
  })
})
