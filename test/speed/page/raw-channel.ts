/** A data channel without anything around it, over the page's relay: what a file lane is measured by. */
export type RawChannel = {
  offer(): Promise<string>
  answer(offer: string): Promise<string>
  accept(answer: string): Promise<void>
  send(messages: number, bytes: number): Promise<void>
  /** Resolves once so many more messages have come. */
  whenCame(messages: number): Promise<void>
}

declare global {
  interface Window {
    rawChannel: RawChannel
  }
}

/** Runs in the page by itself: nothing of this file is there but the function. */
export async function installRawChannel(): Promise<void> {
  const { iceServers } = (await (await fetch('/ice')).json()) as { iceServers: RTCIceServer[] }
  const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' })
  const channel = connection.createDataChannel('', { negotiated: true, id: 0 })
  channel.binaryType = 'arraybuffer'
  channel.bufferedAmountLowThreshold = 512 * 1024
  let came = 0
  let look = (): void => undefined
  channel.onmessage = () => {
    came++
    look()
  }
  const describe = async (): Promise<string> => {
    await connection.setLocalDescription()
    await new Promise<void>((resolve) => {
      connection.onicegatheringstatechange = () => {
        if (connection.iceGatheringState === 'complete') resolve()
      }
    })
    return JSON.stringify(connection.localDescription)
  }
  const remote = (text: string): Promise<void> =>
    connection.setRemoteDescription(JSON.parse(text) as RTCSessionDescriptionInit)

  window.rawChannel = {
    offer: describe,
    async answer(offer) {
      await remote(offer)
      return describe()
    },
    async accept(answer) {
      await remote(answer)
      await new Promise<void>((resolve) => (channel.onopen = () => resolve()))
    },
    async send(messages, bytes) {
      for (let sent = 0; sent < messages; sent++) {
        if (channel.bufferedAmount + bytes > 1024 * 1024) {
          await new Promise<void>((resolve) => (channel.onbufferedamountlow = () => resolve()))
        }
        channel.send(new Uint8Array(bytes))
      }
    },
    whenCame: (messages) =>
      new Promise((resolve) => {
        look = () => {
          if (came < messages) return
          came -= messages
          look = () => undefined
          resolve()
        }
        look()
      }),
  }
}
