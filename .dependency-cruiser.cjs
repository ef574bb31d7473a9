/** The arrows of the house: who may import whom. `npm run check:arrows` fails on a forbidden one. */
const below = (name, path, forbidden, why) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path },
  to: { path: forbidden },
})

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    below(
      'product-knows-no-test',
      '^(client|signaling|packages)/',
      '^test/',
      'Nothing imports test/.',
    ),
    below(
      'crypto-is-the-floor',
      '^packages/crypto/',
      '^(client|signaling|test)/',
      'Bytes in, bytes out: crypto knows nobody.',
    ),
    {
      name: 'crypto-leans-on-two-libraries',
      severity: 'error',
      from: { path: '^packages/crypto/' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: 'node_modules/(tweetnacl|@noble/hashes)/' },
    },
    below(
      'pure-parts-know-no-adapter',
      '^client/(conversation|guard|identity|staff)/',
      '^client/(?!conversation/|guard/|identity/|staff/|storage/ports\\.ts)',
      'Pure: only each other and the storage ports.',
    ),
    below(
      'recovery-knows-pure-parts',
      '^client/recovery/',
      '^client/(?!recovery/|conversation/|guard/|identity/)',
      'Pure: what a recovery file holds, and what may be restored from it.',
    ),
    {
      name: 'yjs-stays-hidden',
      comment: 'The log hides Yjs; only the link adapter meets it, through replica.ts.',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/(conversation|link)/' },
      to: { path: 'node_modules/(yjs|y-webrtc|y-protocols|lib0)/' },
    },
    below(
      'link-and-storage-know-no-screen',
      '^client/(link|storage)/',
      '^client/(session|tabs|view|desk|chat|home|widget|wire)',
      'Adapters know ports and pure parts only.',
    ),
    below(
      'only-wire-knows-the-worker',
      '^client/(?!worker/|wire\\.ts$)',
      '^client/worker/',
      'An adapter: sessions get what it does as functions.',
    ),
    below(
      'worker-knows-pure-parts',
      '^client/worker/',
      '^client/(?!worker/|conversation/|clock\\.ts$|stretch\\.ts$)',
      'It opens and verifies entries, and stretches passphrases.',
    ),
    below(
      'tabs-know-no-session',
      '^client/tabs/',
      '^client/(?!tabs/|storage/ports\\.ts$|clock\\.ts$|listeners\\.ts$)',
      'They carry snapshots and acts of any kind.',
    ),
    below(
      'only-wire-knows-the-channel-of-the-browser',
      '^client/(?!wire\\.ts$)',
      '^client/tabs/broadcast-tab-channel\\.ts$',
      'An adapter.',
    ),
    {
      name: 'session-imports-ports-never-adapters',
      severity: 'error',
      from: { path: '^client/session/' },
      to: {
        path: '^client/(link|storage|view|desk|chat|home|widget|wire)',
        pathNot: '^client/(link/(link|control-frame|signaling)\\.ts|storage/ports\\.ts)$',
      },
    },
    {
      name: 'view-sees-snapshots-only',
      severity: 'error',
      from: { path: '^client/view/' },
      to: {
        path: '^client/(conversation|identity|staff|recovery|link|session|storage|tabs|desk|chat|home|widget|wire)',
        pathNot: '^client/session/snapshots\\.ts$',
      },
    },
    {
      name: 'screens-see-snapshots-views-and-wire',
      severity: 'error',
      from: { path: '^client/(desk|chat|home|widget)/' },
      to: {
        path: '^client/(conversation|identity|staff|recovery|link|session|storage|tabs)/',
        pathNot: '^client/session/snapshots\\.ts$',
      },
    },
    {
      name: 'client-knows-only-the-pure-frames-of-signaling',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^signaling/', pathNot: '^signaling/(protocol|parse-frame|inbox)\\.ts$' },
    },
    below('signaling-knows-no-client', '^signaling/', '^client/', 'The service knows no client.'),
    below(
      'relay-knows-no-topics',
      '^signaling/relay/',
      '^signaling/(?!relay/)',
      'The relay is a TURN service and nothing else.',
    ),
    below(
      'pure-frames',
      '^signaling/(protocol|parse-frame|inbox)\\.ts$',
      '^signaling/(?!(protocol|parse-frame|inbox)\\.ts$)|^client/|node_modules/(?!@hamsa)',
      'What the client imports too stays pure.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: 'client/tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}
