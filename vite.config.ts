import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** simple-peer's main entry needs Node's built-ins; y-webrtc imports this file too, so there is one copy. Exact match: a prefix would break that import. */
export const simplePeerAlias = {
  find: /^simple-peer$/,
  replacement: 'simple-peer/simplepeer.min.js',
}

/** The client: three pages, each its own entry. */
export default defineConfig({
  root: here('./client'),
  publicDir: here('./client/public'),
  resolve: { alias: [simplePeerAlias] },
  build: {
    outDir: here('./dist/client'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: {
      input: {
        desk: here('./client/desk.html'),
        chat: here('./client/chat.html'),
        index: here('./client/index.html'),
      },
    },
  },
})
