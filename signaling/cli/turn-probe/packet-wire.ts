import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIP, connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { FrameReader } from '../../relay/frame-reader.ts'
import { TurnFault, unreachable } from './turn-fault.ts'
import type { TurnPlace } from './turn-place.ts'

/** One way to a relay: whole packets out and in, whatever carries them. */
export type PacketWire = {
  /** Whether what is sent arrives or the wire ends: then nothing is sent twice. */
  readonly isReliable: boolean
  send(packet: Uint8Array): void
  /** Twice is harmless. Neither listener is called afterwards. */
  close(): void
}

export type WireListeners = {
  /** One datagram, or one whole message of a stream. */
  readonly packet: (packet: Buffer) => void
  /** The wire has ended by itself, once. */
  readonly lost: (fault: TurnFault) => void
}

export type WireDeps = {
  /** Ends the opening; who has the wire closes it. */
  readonly signal: AbortSignal
  /** Certificates of authorities in PEM that are trusted instead of the system's. */
  readonly ca?: string | undefined
}

/** Rejects with a `TurnFault`. */
export async function openWire(
  place: TurnPlace,
  listeners: WireListeners,
  deps: WireDeps,
): Promise<PacketWire> {
  if (deps.signal.aborted) throw new TurnFault({ type: 'silent' })
  return place.transport === 'udp'
    ? openUdp(place, listeners, deps)
    : openStream(place, listeners, deps)
}

async function openUdp(
  { host, port }: TurnPlace,
  listeners: WireListeners,
  { signal }: WireDeps,
): Promise<PacketWire> {
  const address = await withinTime(lookup(host), signal).catch((error: unknown) => {
    throw error instanceof TurnFault ? error : unreachable(error)
  })
  const socket = createSocket(address.family === 6 ? 'udp6' : 'udp4')
  let isOpen = true
  const close = (): void => {
    if (isOpen) socket.close()
    isOpen = false
  }
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    // Connected, so that the system tells of a port where nobody listens.
    socket.on('error', (error) => {
      reject(unreachable(error))
      if (!isOpen) return
      close()
      listeners.lost(unreachable(error))
    })
  })
  socket.on('message', (packet) => {
    if (isOpen) listeners.packet(packet)
  })
  try {
    socket.connect(port, address.address)
    await withinTime(connected, signal)
  } catch (error) {
    close()
    throw error
  }
  const send = (packet: Uint8Array): void => {
    if (isOpen) socket.send(packet)
  }
  return { isReliable: false, send, close }
}

function openStream(
  { transport, host, port }: TurnPlace,
  listeners: WireListeners,
  { signal, ca }: WireDeps,
): Promise<PacketWire> {
  return new Promise((resolve, reject) => {
    const servername = isIP(host) === 0 ? { servername: host } : {}
    const socket: Socket =
      transport === 'tls'
        ? connectTls({ host, port, ...servername, ...(ca !== undefined && { ca }) })
        : connect({ host, port })
    const reader = new FrameReader()
    let isOpen = true
    const end = (fault: TurnFault): void => {
      if (!isOpen) return
      close()
      reject(fault)
      listeners.lost(fault)
    }
    const abort = (): void => end(new TurnFault({ type: 'silent' }))
    const close = (): void => {
      isOpen = false
      signal.removeEventListener('abort', abort)
      socket.destroy()
    }
    signal.addEventListener('abort', abort)
    socket.setNoDelay()
    socket.on('error', (error) => end(unreachable(error)))
    socket.once('close', () => end(new TurnFault({ type: 'cut' })))
    socket.on('data', (chunk: Buffer) => {
      const frames = reader.push(chunk)
      if (frames === null) return end(new TurnFault({ type: 'garbled' }))
      for (const frame of frames) if (isOpen) listeners.packet(frame)
    })
    const send = (packet: Uint8Array): void => {
      if (isOpen) socket.write(packet)
    }
    socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
      resolve({ isReliable: true, send, close })
    })
  })
}

/** What the system is slow with (a name that nobody answers for) is not waited for longer than that. */
function withinTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new TurnFault({ type: 'silent' }))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
