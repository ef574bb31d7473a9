type Step = 'encrypt' | 'generateKey'

/** WebCrypto that lets something else happen ahead of each call of `step`: what another tab does meanwhile. */
export function slowSubtle(step: Step, meanwhile: () => Promise<void>): SubtleCrypto {
  return new Proxy(crypto.subtle, {
    get(subtle, name) {
      const work: unknown = Reflect.get(subtle, name)
      if (typeof work !== 'function') return work
      return async (...values: unknown[]): Promise<unknown> => {
        if (name === step) await meanwhile()
        const result: unknown = await Reflect.apply(work, subtle, values)
        return result
      }
    },
  })
}
