const MOST_REMEMBERED = 20_000

/** Counts that do not change, each found once as long as not very many others are asked for. */
export class RememberedCounts {
  readonly #find: (name: string) => number
  readonly #known = new Map<string, number>()

  constructor(find: (name: string) => number) {
    this.#find = find
  }

  of(name: string): number {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const count = this.#find(name)
    if (this.#known.size === MOST_REMEMBERED) this.#known.clear()
    this.#known.set(name, count)
    return count
  }
}
