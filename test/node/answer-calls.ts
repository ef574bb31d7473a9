import type { ProcessAnswer } from './node-process.ts'

/** In a process that a test started: does what is asked by name, and sends back what came of it. */
export function answerCalls(
  run: (method: string, args: readonly unknown[]) => Promise<unknown>,
): void {
  process.on('message', (message) => void take(message))
  // The test went away: the binding's threads would keep the process alive.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  answer({ type: 'answer', id: 0, value: null })

  async function take(message: unknown): Promise<void> {
    if (!isCall(message)) throw new Error('no call')
    const { id, method, args } = message
    try {
      answer({ type: 'answer', id, value: await run(method, args) })
    } catch (error) {
      answer({ type: 'failed', id, message: String(error) })
    }
  }
}

function answer(message: ProcessAnswer): void {
  process.send?.(message)
}

type Call = { readonly id: number; readonly method: string; readonly args: readonly unknown[] }

function isCall(value: unknown): value is Call {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'number' &&
    'method' in value &&
    typeof value.method === 'string' &&
    'args' in value &&
    Array.isArray(value.args)
  )
}
