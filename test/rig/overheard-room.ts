import type { Page } from 'playwright-core'

declare global {
  interface Window {
    saidInRooms: string[]
  }
}

/** Keeps what a page says to its rooms, as it is before the room's key seals it: what a member could read. */
export async function overhearRooms(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.saidInRooms = []
    const { subtle } = crypto
    const encrypt = subtle.encrypt.bind(subtle)
    Object.defineProperty(subtle, 'encrypt', {
      value: (
        algorithm: AesGcmParams,
        key: CryptoKey,
        data: BufferSource,
      ): Promise<ArrayBuffer> => {
        const bytes = data instanceof ArrayBuffer ? data : data.buffer
        // One character a byte: descriptions and candidates are plain ASCII inside.
        const text = new TextDecoder('latin1').decode(bytes)
        if (/announce|signal/.test(text)) window.saidInRooms.push(text)
        return encrypt(algorithm, key, data)
      },
    })
  })
}

export async function saidInRooms(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => window.saidInRooms)
}

/** All candidates in what was said. */
export function candidatesIn(said: readonly string[]): readonly string[] {
  return said.flatMap(
    (text) => text.match(/candidate:[^\r\n\0]*? typ \w+(?: raddr \S+ rport \d+)?/g) ?? [],
  )
}
