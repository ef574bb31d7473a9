// Checks that imports point the right way (.dependency-cruiser.cjs), and that something was read at
// all: a cruise that found no file would pass every rule.
import { createRequire } from 'node:module'
import { cruise } from 'dependency-cruiser'

const FEWEST_MODULES = 40
const { forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs')

const { output } = await cruise(['client', 'signaling', 'packages/crypto/src'], {
  ...options,
  validate: true,
  ruleSet: { forbidden },
})
const { error, totalCruised, violations } = output.summary
for (const { rule, from, to } of violations) {
  console.error(`${rule.severity}: ${rule.name}: ${from} → ${to}`)
}
const own = output.modules.filter((module) => !module.source.includes('node_modules')).length
if (own < FEWEST_MODULES) {
  console.error(`Only ${own} modules were read; expected at least ${FEWEST_MODULES}.`)
  process.exit(1)
}
console.log(`${own} modules of ${totalCruised}, ${error} forbidden imports`)
process.exit(error > 0 ? 1 : 0)
