/** Joiners and variation selectors: one cannot see them, and what they belong to may go. */
const UNSEEN = /[\u200c\u200d\ufe00-\ufe0f]/gu
/** All but letters and digits of any script with their marks. */
const UNSAFE = /[^\p{L}\p{N}\p{M}_-]+/gu
/** In UTF-8; with what stands around it below the 255 of every file system. */
const MAX_NAME_BYTES = 120

/** Such as `hamsa-متجر-أمل-2026-11-25.hamsa`; no path, no character that a file system refuses, whatever the shop is called. */
export function fileName(shopName: string, nowMs: number, extension: string): string {
  const plain = shopName.normalize('NFC').replace(UNSEEN, '').replace(UNSAFE, '-')
  const shop = shortened(plain).replace(/^-+|-+$/g, '')
  return `${['hamsa', shop, dayOf(nowMs)].filter((part) => part !== '').join('-')}.${extension}`
}

/** The day on this computer's calendar, as in `2026-11-25`. */
export function dayOf(timeMs: number): string {
  const date = new Date(timeMs)
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** As many whole characters as fit. */
function shortened(text: string): string {
  let bytes = 0
  let short = ''
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length
    if (bytes > MAX_NAME_BYTES) break
    short += character
  }
  return short
}
