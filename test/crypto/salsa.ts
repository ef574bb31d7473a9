/*
 * XSalsa20-Poly1305 written from the papers ("Extending the Salsa20 nonce", "The Poly1305-AES
 * message-authentication code"), slow and plain: an oracle that shares no code with tweetnacl.
 */

const SIGMA = words(Buffer.from('expand 32-byte k'))
/** Indices of the four quarter-rounds of a column round and of a row round. */
const ROUNDS = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const

function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true))
}

function bytesOf(list: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * list.length)
  list.forEach((word, index) => new DataView(bytes.buffer).setUint32(4 * index, word, true))
  return bytes
}

const at = (list: Uint32Array, index: number): number => list[index] ?? 0
const turn = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

function stateOf(key: Uint32Array, input: Uint32Array): Uint32Array {
  const state = new Uint32Array(16)
  ;[0, 5, 10, 15].forEach((place, index) => (state[place] = at(SIGMA, index)))
  ;[1, 2, 3, 4, 11, 12, 13, 14].forEach((place, index) => (state[place] = at(key, index)))
  ;[6, 7, 8, 9].forEach((place, index) => (state[place] = at(input, index)))
  return state
}

function mix(start: Uint32Array): Uint32Array {
  const x = start.slice()
  for (let round = 0; round < 10; round++) {
    for (const [a, b, c, d] of ROUNDS) {
      x[b] = at(x, b) ^ turn((at(x, a) + at(x, d)) | 0, 7)
      x[c] = at(x, c) ^ turn((at(x, b) + at(x, a)) | 0, 9)
      x[d] = at(x, d) ^ turn((at(x, c) + at(x, b)) | 0, 13)
      x[a] = at(x, a) ^ turn((at(x, d) + at(x, c)) | 0, 18)
    }
  }
  return x
}

function stream(key: Uint8Array, nonce: Uint8Array, length: number): Uint8Array {
  const mixed = mix(stateOf(words(key), words(nonce.slice(0, 16))))
  const subkey = Uint32Array.from([0, 5, 10, 15, 6, 7, 8, 9], (place) => at(mixed, place))
  const tail = words(nonce.slice(16))
  const out = new Uint8Array(64 * Math.ceil(length / 64))
  for (let block = 0; 64 * block < length; block++) {
    const start = stateOf(subkey, Uint32Array.of(at(tail, 0), at(tail, 1), block, 0))
    const sum = mix(start).map((word, index) => word + at(start, index))
    out.set(bytesOf(sum), 64 * block)
  }
  return out.subarray(0, length)
}

const number = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)

function poly1305(message: Uint8Array, key: Uint8Array): Uint8Array {
  const r = number(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
  let sum = 0n
  for (let start = 0; start < message.length; start += 16) {
    const block = message.subarray(start, start + 16)
    sum = ((sum + number(block) + (1n << BigInt(8 * block.length))) * r) % (2n ** 130n - 5n)
  }
  const tag = (sum + number(key.subarray(16, 32))) & (2n ** 128n - 1n)
  return Uint8Array.from({ length: 16 }, (_, index) => Number((tag >> BigInt(8 * index)) & 255n))
}

/** Tag 16 ‖ ciphertext. */
export function secretboxByTheBook(
  message: Uint8Array,
  nonce: Uint8Array,
  key: Uint8Array,
): Uint8Array {
  const pad = stream(key, nonce, 32 + message.length)
  const ciphertext = message.map((byte, index) => byte ^ (pad[32 + index] ?? 0))
  return Uint8Array.of(...poly1305(ciphertext, pad), ...ciphertext)
}
