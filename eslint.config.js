import lit from 'eslint-plugin-lit'
import litA11y from 'eslint-plugin-lit-a11y'
import { configs as wc } from 'eslint-plugin-wc'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'test-output/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'packages/crypto/tsconfig.json',
          'signaling/tsconfig.json',
          'client/tsconfig.json',
          'test/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // The house style writes shapes as type aliases and keeps `interface` for ports.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // `return this.#enter(…)` ends a function early and says where it went.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Spreading a string counts code points, which is what limits here are about.
      '@typescript-eslint/no-misused-spread': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['client/**/*.ts'],
    extends: [lit.configs['flat/recommended'], litA11y.configs.recommended, wc['flat/recommended']],
  },
  {
    // Below the views nothing knows that there is a window: the same core runs in Node.
    files: [
      'client/{conversation,guard,identity,link,recovery,session,staff,storage}/**/*.ts',
      'packages/crypto/**/*.ts',
    ],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['window', 'document', 'location', 'history', 'navigator', 'localStorage'].map(
          (name) => ({
            name,
            message: 'Only client/wire.ts and the views may touch it.',
          }),
        ),
        ...['WebSocket', 'RTCPeerConnection', 'fetch', 'setTimeout', 'setInterval'].map((name) => ({
          name,
          message: 'Comes in from client/wire.ts.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Ids and jitter come from a random source that is passed in.',
        },
        { object: 'Date', property: 'now', message: 'The clock is passed in.' },
      ],
    },
  },
  {
    // A test takes apart what it tests, and counts on what a fixture holds.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['scripts/**/*.js', '*.js', '*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
  },
)
