import { toHex, type ByteReader, type ByteWriter } from '@hamsa/crypto'

/* A shop's colour: `#rrggbb` in lower case; red 1 ‖ green 1 ‖ blue 1. */

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/.test(text)
}

export function writeColour(writer: ByteWriter, colour: string): void {
  writer.uint(Number.parseInt(colour.slice(1), 16), 3)
}

export function readColour(reader: ByteReader): string {
  return `#${toHex(reader.raw(3))}`
}
