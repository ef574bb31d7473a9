/** A longer message is shown by its beginning until the reader asks for all of it. */
const SHOWN_CHARS = 2_000
const SHOWN_LINES = 40

/** The beginning of a long text, never cut inside a character; `null` when the text is short enough. */
export function beginningOf(text: string): string | null {
  let end = Math.min(text.length, SHOWN_CHARS)
  let lines = 0
  for (let at = 0; at < end; at++) {
    if (text.charCodeAt(at) === 0x0a && ++lines === SHOWN_LINES) end = at
  }
  if (end === text.length) return null
  const beforeCut = text.charCodeAt(end - 1)
  const cutsPair = beforeCut >= 0xd800 && beforeCut <= 0xdbff
  return text.slice(0, cutsPair ? end - 1 : end)
}
