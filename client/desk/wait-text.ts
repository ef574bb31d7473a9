import { t } from '../view/i18n.ts'

/** How long it still takes, in words, rounded up to what is told: never shorter than it is. */
export function waitText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 60) return t('wait-seconds', { count: seconds })
  if (seconds < 3600) {
    const minutes = t('wait-minutes', { count: Math.floor(seconds / 60) })
    const rest = seconds % 60
    return rest === 0
      ? minutes
      : t('wait-two', { first: minutes, second: t('wait-seconds', { count: rest }) })
  }
  const allMinutes = Math.ceil(seconds / 60)
  const hours = t('wait-hours', { count: Math.floor(allMinutes / 60) })
  const rest = allMinutes % 60
  return rest === 0
    ? hours
    : t('wait-two', { first: hours, second: t('wait-minutes', { count: rest }) })
}
