import { defineConfig } from 'vitest/config'
import { ClosingLine } from './test/helpers/closing-line.ts'
import { simplePeerAlias } from './vite.config.ts'

export default defineConfig({
  resolve: { alias: [simplePeerAlias] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/global-setup.ts'],
    reporters: ['default', new ClosingLine()],
    benchmark: { include: ['test/**/*.bench.ts'] },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    server: { deps: { inline: ['y-webrtc'] } },
  },
})
