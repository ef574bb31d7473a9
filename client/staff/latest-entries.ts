import { laterOf, type PlacedEntry } from '../conversation/effects/placed-entry.ts'

/** Under each name the last entry in log order, whatever order they come in. */
export class LatestEntries<Item extends PlacedEntry> {
  readonly #latest = new Map<string, Item>()

  add(name: string, entry: Item): void {
    this.#latest.set(name, laterOf(this.get(name), entry))
  }

  get(name: string): Item | null {
    return this.#latest.get(name) ?? null
  }

  all(): Item[] {
    return [...this.#latest.values()]
  }
}
