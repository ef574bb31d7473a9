import type { Clock, Random } from '../clock.ts'

/** The part of a WebSocket that is used. */
export type Socket = {
  onopen: ((event: never) => void) | null
  onmessage: ((event: MessageEvent) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  onerror: ((event: never) => void) | null
  send(text: string): void
  close(): void
}

export type SignalSocketSettings = {
  /** Opens a socket to the service; `wire.ts` knows the address. */
  readonly openSocket: () => Socket
  readonly clock: Clock
  readonly random: Random
}
