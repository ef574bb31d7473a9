/** Half of a data channel in memory: delivers in microtasks, and holds back like the real one while `stalled`. */
export class MemoryChannel {
  readyState: RTCDataChannelState = 'connecting'
  binaryType: BinaryType = 'arraybuffer'
  bufferedAmountLowThreshold = 0
  bufferedAmount = 0
  readonly label = ''
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  onerror: (() => void) | null = null
  onbufferedamountlow: ((event: Event) => unknown) | null = null
  /** Sent frames, as they left. */
  readonly sent: Uint8Array[] = []
  stalled = false
  /** Whether it tells that the buffer has emptied; not every platform does. */
  tellsLow = true
  other: MemoryChannel | null = null
  #held: Uint8Array[] = []

  send(frame: Uint8Array): void {
    if (this.readyState !== 'open') throw new Error('InvalidStateError')
    this.bufferedAmount += frame.length
    this.#held.push(frame.slice())
    if (!this.stalled) queueMicrotask(() => this.flush())
  }

  /** Lets what is held go, at most `bytes` of it. */
  flush(bytes = Infinity): void {
    let left = bytes
    while (this.#held[0] !== undefined && left > 0) {
      const frame = this.#held.shift() ?? new Uint8Array()
      left -= frame.length
      const before = this.bufferedAmount
      this.bufferedAmount -= frame.length
      this.sent.push(frame)
      this.other?.onmessage?.({ data: Uint8Array.from(frame).buffer })
      const low = this.bufferedAmountLowThreshold
      if (!this.tellsLow) continue
      if (before > low && this.bufferedAmount <= low) this.onbufferedamountlow?.(new Event('low'))
    }
  }

  open(): void {
    this.readyState = 'open'
    this.onopen?.()
  }

  close(): void {
    if (this.readyState === 'closed') return
    this.readyState = 'closed'
    queueMicrotask(() => {
      this.onclose?.()
      this.other?.close()
    })
  }
}

export function makeMemoryChannels(): readonly [MemoryChannel, MemoryChannel] {
  const channels = [new MemoryChannel(), new MemoryChannel()] as const
  channels[0].other = channels[1]
  channels[1].other = channels[0]
  return channels
}
