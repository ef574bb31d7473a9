/*
 * ChannelData (RFC 8656 §12.4): channel number and length, two bytes each, then the data. Told from
 * STUN by its first two bits, 01. Over UDP padding is optional, over a stream it is to 4 bytes.
 */

export const CHANNEL_HEADER_BYTES = 4
export const FIRST_CHANNEL = 0x4000
export const LAST_CHANNEL = 0x4fff

/** Whether a packet can only be ChannelData; STUN begins with bits 00. */
export function isChannelData(firstByte: number): boolean {
  return firstByte >>> 6 === 1
}

export function isChannelNumber(number: number): boolean {
  return number >= FIRST_CHANNEL && number <= LAST_CHANNEL
}

export type ChannelHeader = { readonly number: number; readonly dataBytes: number }

/** Reads the header, or `null` when the packet is shorter than it says or its number is reserved. */
export function parseChannelHeader(packet: Buffer): ChannelHeader | null {
  if (packet.length < CHANNEL_HEADER_BYTES) return null
  const number = packet.readUInt16BE(0)
  const dataBytes = packet.readUInt16BE(2)
  if (!isChannelNumber(number) || CHANNEL_HEADER_BYTES + dataBytes > packet.length) return null
  return { number, dataBytes }
}

/** Sends the packet on under another channel number: in place, since copying is what a relay's time goes into. */
export function renumberChannelData(packet: Buffer, header: ChannelHeader, number: number): Buffer {
  packet.writeUInt16BE(number, 0)
  return packet.subarray(0, CHANNEL_HEADER_BYTES + header.dataBytes)
}

export function encodeChannelData(number: number, data: Uint8Array): Buffer {
  const packet = Buffer.allocUnsafe(CHANNEL_HEADER_BYTES + data.length)
  packet.writeUInt16BE(number, 0)
  packet.writeUInt16BE(data.length, 2)
  packet.set(data, CHANNEL_HEADER_BYTES)
  return packet
}
