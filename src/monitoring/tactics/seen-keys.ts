import { BoundedMap } from '../../foundation/index.ts'

/** Keys that are remembered; beyond that the oldest are forgotten and count as new when they come again. */
const REMEMBERED = 1_000_000

/** When keys were seen first and last, so that what is new can be told from what is known. */
export class SeenKeys {
  readonly #windowMs: number
  readonly #seen = new BoundedMap<string, { readonly first: number; last: number }>(REMEMBERED)

  /** @param windowMs - a key that was not seen for so long is new again */
  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  /** Notes a key. @returns since when it is known without a pause, in milliseconds; 0 when it is new */
  note(key: string, at: number): number {
    const seen = this.#seen.get(key)
    const isKnown = seen !== undefined && at - seen.last <= this.#windowMs
    const first = isKnown ? seen.first : at
    this.#seen.set(key, { first, last: at })
    return Math.max(0, at - first)
  }

  /** Forgets keys that hold a name. */
  forget(isOfName: (key: string) => boolean): void {
    for (const key of this.#seen.keys()) if (isOfName(key)) this.#seen.delete(key)
  }

  save(): [string, number, number][] {
    return [...this.#seen.entries()].map(([key, { first, last }]) => [key, first, last])
  }

  load(entries: readonly [string, number, number][]): void {
    for (const [key, first, last] of entries) this.#seen.set(key, { first, last })
  }
}
