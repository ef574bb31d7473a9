import type { CheckReport } from './check.ts'
import type { DoctorReport } from './doctor.ts'

const SIGN = { good: '✓', warning: '!', failed: '✗' } as const

/** A report as people read it. */
export function tellReport({ url, checks, ok }: DoctorReport): string {
  const end = ok ? 'Nothing has failed.' : 'Something has failed: see ✗ above.'
  return [`Hamsa at ${url}`, ...checks.flatMap(tellCheck), end].join('\n')
}

function tellCheck({ name, status, found, remedy }: CheckReport): readonly string[] {
  const line = `${SIGN[status]} ${name}: ${found}`
  return remedy === null ? [line] : [line, `    ${remedy}`]
}
