import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The service: our own workspaces in one file, npm's packages left where npm keeps them. */
export default defineConfig({
  root: here('.'),
  ssr: { noExternal: [/^@hamsa\//] },
  build: {
    ssr: here('./main.ts'),
    outDir: here('../dist/signaling'),
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
  },
})
