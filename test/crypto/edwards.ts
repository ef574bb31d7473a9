/*
 * The Edwards curve in plain BigInt arithmetic, slow and by the book (RFC 8032 §5.1, §6): an oracle
 * for tests that shares no code with any engine, and a maker of points that no honest key has.
 */
import { createHash } from 'node:crypto'

export const P = 2n ** 255n - 19n
export const L = 2n ** 252n + 27742317777372353535851937790883648493n

export type Point = readonly [x: bigint, y: bigint]

const mod = (value: bigint, by = P): bigint => ((value % by) + by) % by

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square)
    square = mod(square * square)
  }
  return result
}

const invert = (value: bigint): bigint => power(value, P - 2n)
const D = mod(-121665n * invert(121666n))

export const IDENTITY: Point = [0n, 1n]

/** (x, y) as (X/Z, Y/Z), so that a sum needs no division. */
type Projective = readonly [x: bigint, y: bigint, z: bigint]

const lift = ([x, y]: Point): Projective => [x, y, 1n]

function lower([x, y, z]: Projective): Point {
  const inverse = invert(z)
  return [mod(x * inverse), mod(y * inverse)]
}

function sum([x1, y1, z1]: Projective, [x2, y2, z2]: Projective): Projective {
  const zz = mod(z1 * z2)
  const [xx, yy] = [mod(x1 * x2), mod(y1 * y2)]
  const cross = mod(D * xx * yy)
  const [less, more] = [mod(zz * zz - cross), mod(zz * zz + cross)]
  return [mod(zz * less * (x1 * y2 + x2 * y1)), mod(zz * more * (yy + xx)), mod(less * more)]
}

export function add(left: Point, right: Point): Point {
  return lower(sum(lift(left), lift(right)))
}

export function multiply(point: Point, scalar: bigint): Point {
  let result = lift(IDENTITY)
  for (let square = lift(point), rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = sum(result, square)
    square = sum(square, square)
  }
  return lower(result)
}

/** A square root of (y² − 1) / (dy² + 1), or `null` when y is not on the curve. */
function xOf(y: bigint): bigint | null {
  const square = mod((y * y - 1n) * invert(D * y * y + 1n))
  let root = power(square, (P + 3n) / 8n)
  if (mod(root * root - square) !== 0n) root = mod(root * power(2n, (P - 1n) / 4n))
  return mod(root * root - square) === 0n ? root : null
}

export function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

export function toBytes(value: bigint, length = 32): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 255n))
}

export function encodePoint([x, y]: Point): Uint8Array {
  return toBytes(y | ((x & 1n) << 255n))
}

export function decodePoint(bytes: Uint8Array): Point | null {
  const value = littleEndian(bytes)
  const y = value & (2n ** 255n - 1n)
  const x = y < P ? xOf(y) : null
  if (x === null) return null
  return (x & 1n) === value >> 255n ? [x, y] : [mod(-x), y]
}

const BASE_Y = mod(4n * invert(5n))
export const BASE = decodePoint(toBytes(BASE_Y)) ?? IDENTITY

/** The same point on Curve25519: u = (1 + y) / (1 − y) (RFC 7748 §4.1); 0 for the neutral point. */
export function toMontgomery([, y]: Point): Uint8Array {
  return toBytes(mod((1n + y) * invert(1n - y)))
}

/** y coordinates below p that lie on no point of the curve. */
export function offCurveYs(count: number): bigint[] {
  const found: bigint[] = []
  for (let y = 2n; found.length < count; y++) if (xOf(y) === null) found.push(y)
  return found
}

/** The eight points whose order divides 8. */
export function torsionPoints(): Point[] {
  for (let y = 2n; ; y++) {
    const x = xOf(y)
    if (x === null) continue
    const generator = multiply([x, y], L)
    if (isEqual(multiply(generator, 4n), IDENTITY)) continue
    return Array.from({ length: 8 }, (_, index) => multiply(generator, BigInt(index)))
  }
}

function isEqual(left: Point, right: Point): boolean {
  return left[0] === right[0] && left[1] === right[1]
}

export function challengeOf(r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  return mod(littleEndian(createHash('sha512').update(r).update(key).update(message).digest()), L)
}

/** Signs under any key whose prime-order part is `secret`·B, torsion or not. */
export function signAs(
  secret: bigint,
  key: Uint8Array,
  message: Uint8Array,
  nonce: bigint,
): Uint8Array {
  const r = encodePoint(multiply(BASE, nonce))
  const s = mod(nonce + challengeOf(r, key, message) * secret, L)
  return Uint8Array.of(...r, ...toBytes(s))
}

/** The cofactorless equation, S·B = R + k·A, with the points decoded strictly. */
export function verifyByTheBook(
  message: Uint8Array,
  signature: Uint8Array,
  key: Uint8Array,
): boolean {
  const a = decodePoint(key)
  const r = decodePoint(signature.subarray(0, 32))
  const s = littleEndian(signature.subarray(32))
  if (a === null || r === null || s >= L) return false
  const k = challengeOf(signature.subarray(0, 32), key, message)
  return isEqual(multiply(BASE, s), add(r, multiply(a, k)))
}
