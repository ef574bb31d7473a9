import { isLive } from './allocation.ts'
import type { Allocation, Client, Endpoint } from './allocation.ts'
import {
  CHANNEL_HEADER_BYTES,
  encodeChannelData,
  parseChannelHeader,
  renumberChannelData,
} from './channel-data.ts'
import {
  ATTRIBUTE,
  familyOf,
  findAttribute,
  readXorAddress,
  unknownTypes,
  writeXorAddress,
} from './stun-attribute.ts'
import { encodeStun, METHOD } from './stun-message.ts'
import type { StunMessage } from './stun-message.ts'
import { relayedPeer } from './turn-requests.ts'
import type { RelayState } from './turn-requests.ts'

/** What is to be sent, and to whom. */
export type Outgoing = { readonly bytes: Uint8Array; readonly destination: Client }

/** Counters since the start; they name nobody. */
export type DataCounts = {
  readonly relayedPackets: number
  /** Of data, without headers. */
  readonly relayedBytes: number
  /** Dropped by an allocation's bandwidth cap. */
  readonly throttledPackets: number
  /** Without an allocation, a permission, a channel or a live peer when they came. */
  readonly unwantedPackets: number
}

/** Data from one allocation to another, by channel or by indication (RFC 8656 §11, §12.6–12.7). */
export class DataPath {
  readonly #state: RelayState
  readonly #randomTransaction: () => Uint8Array
  readonly #counts = {
    relayedPackets: 0,
    relayedBytes: 0,
    throttledPackets: 0,
    unwantedPackets: 0,
  }

  constructor(state: RelayState, randomTransaction: () => Uint8Array) {
    this.#state = state
    this.#randomTransaction = randomTransaction
  }

  counts(): DataCounts {
    return { ...this.#counts }
  }

  /** The way nearly every packet takes; `packet` itself goes on, with another number in its header. */
  fromChannel(packet: Buffer, client: Client, now: number): Outgoing | null | 'malformed' {
    const header = parseChannelHeader(packet)
    if (header === null) return 'malformed'
    const sender = this.#state.table.ofClient(client.key, now)
    const peer = sender?.peerOf(header.number, now) ?? null
    const from = peer === null ? null : (sender?.endpoint(peer.family) ?? null)
    if (peer === null || from === null) return this.#unwanted()
    const data = packet.subarray(CHANNEL_HEADER_BYTES, CHANNEL_HEADER_BYTES + header.dataBytes)
    if (!this.#mayPass(from, peer, data, now)) return null
    const channel = peer.allocation.channelTo(from, now)
    const bytes =
      channel === null
        ? this.#dataIndication(from, data)
        : renumberChannelData(packet, header, channel)
    return { bytes, destination: peer.allocation.client }
  }

  fromIndication(message: StunMessage, client: Client, now: number): Outgoing | null | 'malformed' {
    const { attributes, transaction } = message
    const address = findAttribute(attributes, ATTRIBUTE.xorPeerAddress)
    const data = findAttribute(attributes, ATTRIBUTE.data)
    if (address === null || data === null || unknownTypes(attributes).length > 0) return 'malformed'
    const sender = this.#state.table.ofClient(client.key, now)
    if (sender === null) return this.#unwanted()
    const peer = relayedPeer(this.#state, sender, readXorAddress(address, transaction), now)
    const from = peer === null ? null : sender.endpoint(peer.family)
    if (peer === null || from === null || !sender.permits(peer, now)) return this.#unwanted()
    return this.#pass(from, peer, data, now)
  }

  /**
   * What `senders` sent to `receiver` a moment before it permitted them. Two browsers hear of each
   * other at about the same time, and the first check of one comes before the other's permission;
   * dropped, it is repeated only 50 ms later, a third of the time that connecting takes.
   */
  released(receiver: Allocation, senders: readonly Endpoint[], now: number): Outgoing[] {
    const held = senders.map((sender) => {
      const heard = receiver.endpoint(sender.family)
      const data = heard === null ? null : sender.allocation.release(heard, now)
      return heard === null || data === null ? null : this.#pass(sender, heard, data, now)
    })
    return held.filter((outgoing) => outgoing !== null)
  }

  #pass(from: Endpoint, peer: Endpoint, data: Uint8Array, now: number): Outgoing | null {
    if (!this.#mayPass(from, peer, data, now)) return null
    const channel = peer.allocation.channelTo(from, now)
    const bytes =
      channel === null ? this.#dataIndication(from, data) : encodeChannelData(channel, data)
    return { bytes, destination: peer.allocation.client }
  }

  /** A peer hears only whom it has permitted, and at no more than the sender's share. */
  #mayPass(from: Endpoint, peer: Endpoint, data: Uint8Array, now: number): boolean {
    const sender = from.allocation
    if (!isLive(peer, now) || !peer.allocation.permits(from, now)) {
      sender.hold(peer, data, now)
      this.#counts.unwantedPackets++
      return false
    }
    if (!sender.take(data.length, now)) {
      this.#counts.throttledPackets++
      return false
    }
    sender.lastUsedAt = now
    peer.allocation.lastUsedAt = now
    this.#counts.relayedPackets++
    this.#counts.relayedBytes += data.length
    return true
  }

  #dataIndication({ allocation, family }: Endpoint, data: Uint8Array): Uint8Array {
    const transaction = this.#randomTransaction()
    const ip = this.#state.relayIps.find((each) => familyOf(each) === family) ?? new Uint8Array(4)
    const from = { ip, port: allocation.relayedPort }
    return encodeStun({
      class: 'indication',
      method: METHOD.data,
      transaction,
      attributes: [
        { type: ATTRIBUTE.xorPeerAddress, value: writeXorAddress(from, transaction) },
        { type: ATTRIBUTE.data, value: data },
      ],
    })
  }

  #unwanted(): null {
    this.#counts.unwantedPackets++
    return null
  }
}
