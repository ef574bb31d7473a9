import { type DestinationStream, type Logger, pino } from 'pino'

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * Lines of JSON for whoever runs the service. What is logged is words of ours and counts: no value
 * that came from a client is ever given to it.
 */
export function makeLogger(level: LogLevel, destination: DestinationStream): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}
