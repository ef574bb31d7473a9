import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes, toHex } from '@hamsa/crypto'

/** A word that occurs nowhere by chance, and the ways in which it may be written down. */
export class Canary {
  /** Stands in every text that is said. */
  readonly word: string
  readonly #forms: readonly Buffer[]

  constructor(kind: string) {
    this.word = `${kind}-${toHex(randomBytes(9))}`
    const bytes = Buffer.from(this.word)
    this.#forms = [
      bytes,
      Buffer.from(this.word, 'utf16le'),
      Buffer.from(bytes.toString('hex')),
      Buffer.from(bytes.toString('hex').toUpperCase()),
      ...['base64', 'base64url'].flatMap((name) =>
        [0, 1, 2].map((shift) => insideOf(bytes, shift, name === 'base64' ? name : 'base64url')),
      ),
    ]
  }

  isIn(bytes: Uint8Array | string): boolean {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes)
    return this.#forms.some((form) => buffer.includes(form))
  }

  /** Files below a folder that hold it. */
  async filesWith(folder: string): Promise<readonly string[]> {
    const files = await readdir(folder, { recursive: true, withFileTypes: true })
    const found: string[] = []
    for (const file of files.filter((one) => one.isFile())) {
      const path = join(file.parentPath, file.name)
      if (this.isIn(await readFile(path))) found.push(path.slice(folder.length + 1))
    }
    return found
  }
}

/** The characters of base64 that are the same whatever stands before and behind. */
function insideOf(bytes: Buffer, shift: number, name: 'base64' | 'base64url'): Buffer {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes])
  const whole = shifted.subarray(0, shifted.length - (shifted.length % 3))
  return Buffer.from(whole.toString(name).slice(shift === 0 ? 0 : 4))
}
