/* A module of its own, so that scrypt is no part of a page's first load. */
export { stretchPassphrase } from '@hamsa/crypto'
