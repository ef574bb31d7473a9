/** Whether this browser knows a zone of the IANA database by this name. */
export function isKnownZone(zone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false // RangeError (ECMA-402 §11.1.2): a zone that this browser's database lacks
  }
}
