import { build, type InlineConfig } from 'vite'
import { simplePeerAlias } from '../../vite.config.ts'

/** One script and what it imports in one file, built the way the client is. */
export async function bundle(config: Pick<InlineConfig, 'build' | 'ssr'>): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: [simplePeerAlias] },
    ...config,
    build: { write: false, minify: false, target: 'es2022', ...config.build },
  })
  const output = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    'output' in one ? one.output : [],
  )
  const script = output.find((file) => file.type === 'chunk')
  if (script === undefined) throw new Error('nothing was built')
  return script.code
}
