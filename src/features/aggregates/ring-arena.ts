import { growFloat64 } from '../growable.ts'

/** Room for rings of entries, in one array; room that was left is given to the next ring of its size. */
export class RingArena {
  /** Another array after every {@link take}. */
  entries: Float64Array
  readonly #width: number
  #used = 0
  readonly #free = new Map<number, number[]>()

  /** @param width - numbers an entry takes */
  constructor(width: number) {
    this.#width = width
    this.entries = new Float64Array(1024 * width)
  }

  /** Where room for a number of entries begins. */
  take(capacity: number): number {
    const reused = this.#free.get(capacity)?.pop()
    if (reused !== undefined) return reused
    const start = this.#used
    this.#used += capacity * this.#width
    this.entries = growFloat64(this.entries, this.#used)
    return start
  }

  giveBack(start: number, capacity: number): void {
    const list = this.#free.get(capacity)
    if (list) list.push(start)
    else this.#free.set(capacity, [start])
  }
}
