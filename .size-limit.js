import { readFileSync } from 'node:fs'

/*
 * What a phone loads before a page can be used, gzipped, without fonts: the script of a page with all
 * that it imports. Read from the build's own list, so that no chunk is forgotten. Before the chat's
 * Start can be pressed nothing else is needed: test/e2e/first-load.test.ts lets nothing else through.
 */
const folder = 'dist/client'
const manifest = JSON.parse(readFileSync(`${folder}/.vite/manifest.json`, 'utf8'))

function filesOf(name, seen = new Set()) {
  const { file, css = [], imports = [] } = manifest[name]
  for (const path of [file, ...css]) seen.add(`${folder}/${path}`)
  for (const next of imports) if (!seen.has(`${folder}/${manifest[next].file}`)) filesOf(next, seen)
  return seen
}

const page = (name, limit) => ({
  name,
  path: [...filesOf(`${name}.html`)],
  limit,
  gzip: true,
})

export default [page('chat', '106 kB'), page('desk', '160 kB'), page('index', '30 kB')]
