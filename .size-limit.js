import { readFileSync } from 'node:fs'

/*
 * What a phone loads before one can type, gzipped, without fonts: the script of a page with all
 * that it imports. Read from the build's own list, so that no chunk is forgotten.
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

export default [page('chat', '110 kB'), page('desk', '160 kB'), page('index', '30 kB')]
