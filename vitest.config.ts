import { configDefaults, defineConfig } from 'vitest/config'
import { ClosingLine } from './test/helpers/closing-line.ts'
import { simplePeerAlias } from './vite.config.ts'

export default defineConfig({
  resolve: { alias: [simplePeerAlias] },
  test: {
    include: ['test/**/*.test.ts'],
    // Takes pictures of every state and asserts nothing: HAMSA_SCREENS names the folder they go to.
    exclude: [
      ...configDefaults.exclude,
      ...(process.env.HAMSA_SCREENS === undefined ? ['test/view/screens.test.ts'] : []),
    ],
    globalSetup: ['test/helpers/global-setup.ts'],
    reporters: ['default', new ClosingLine()],
    benchmark: { include: ['test/**/*.bench.ts'] },
    // Most suites wait for a browser or a timer: three at once keep two cores busy.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    server: { deps: { inline: ['y-webrtc'] } },
  },
})
