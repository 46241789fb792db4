import { type AttributeStore, growInt32 } from '../features/index.ts'

/** More changes than this at once are merged in, one by one they would move the list as often. */
const FEW = 16

/** The items of an entity in the order of a timestamp attribute, kept in step with their descriptions. */
export class TimeOrder {
  readonly #attributes: AttributeStore
  readonly #entity: string
  readonly #path: string
  /** Items with a time: the latest last, of equal times the smaller number last. */
  #order: Int32Array = new Int32Array(0)
  #count = 0
  /** The time at which each item stands in the order; `NaN` for one that does not. */
  #times: Float64Array = new Float64Array(0)
  #revision = 0

  /** @param path - such as `video.publishedAt` */
  constructor(attributes: AttributeStore, entity: string, path: string) {
    this.#attributes = attributes
    this.#entity = entity
    this.#path = path
  }

  /** How many items have a time of at most `at`: they stand at the places from 0 on. */
  placesUpTo(at: number): number {
    this.refresh()
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.time(middle) <= at) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The item at a place, as of the last call of {@link placesUpTo}. */
  item(place: number): number {
    return this.#order[place]!
  }

  /** The time of the item at a place. */
  time(place: number): number {
    return this.#times[this.#order[place]!]!
  }

  /** Takes in what was described since the last call. O(changes), and the more the older a new time is. */
  refresh(): void {
    const revision = this.#attributes.revision(this.#entity)
    if (revision === this.#revision) return
    const numbers = this.#attributes.numbers(this.#path)
    const changed: number[] = []
    this.#attributes.describedAfter(this.#entity, this.#revision, (item) => {
      if (!Object.is(numbers[item] ?? Number.NaN, this.#times[item] ?? Number.NaN)) changed.push(item)
    })
    this.#revision = revision
    this.#makeRoom(numbers.length)
    if (changed.length <= FEW) for (const item of changed) this.#move(item, numbers[item] ?? Number.NaN)
    else this.#merge(changed, numbers)
  }

  #makeRoom(items: number): void {
    if (items <= this.#times.length) return
    const times = new Float64Array(items).fill(Number.NaN)
    times.set(this.#times)
    this.#times = times
  }

  /** Moves one item to where a time belongs; `NaN` takes it out. */
  #move(item: number, time: number): void {
    if (!Number.isNaN(this.#times[item])) {
      const place = this.#placeOf(item, this.#times[item]!)
      this.#order.copyWithin(place, place + 1, this.#count--)
    }
    this.#times[item] = time
    if (Number.isNaN(time)) return
    const place = this.#placeOf(item, time)
    this.#order = growInt32(this.#order, this.#count + 1)
    this.#order.copyWithin(place + 1, place, this.#count++)
    this.#order[place] = item
  }

  /** How many items stand before one of a time. */
  #placeOf(item: number, time: number): number {
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#order[middle]!
      const otherTime = this.#times[other]!
      if (otherTime < time || (otherTime === time && other > item)) low = middle + 1
      else high = middle
    }
    return low
  }

  #merge(changed: readonly number[], numbers: Float64Array): void {
    for (const item of changed) this.#times[item] = Number.NaN
    const stayed = this.#order.subarray(0, this.#count).filter((item) => !Number.isNaN(this.#times[item]))
    for (const item of changed) this.#times[item] = numbers[item] ?? Number.NaN
    const times = this.#times
    const isBefore = (a: number, b: number): boolean => times[a]! < times[b]! || (times[a] === times[b] && a > b)
    const added = Int32Array.from(changed.filter((item) => !Number.isNaN(times[item]))).sort((a, b) =>
      isBefore(a, b) ? -1 : 1,
    )
    const merged = new Int32Array(stayed.length + added.length)
    for (let place = 0, old = 0, young = 0; place < merged.length; place++) {
      const takesOld = young === added.length || (old < stayed.length && isBefore(stayed[old]!, added[young]!))
      merged[place] = takesOld ? stayed[old++]! : added[young++]!
    }
    this.#order = merged
    this.#count = merged.length
  }
}
