import { growInt32, type Interner } from '../features/index.ts'

const NONE = -1

/**
 * Which item of the catalogue each name of a model is, and the other way round, in step with a catalogue that may grow,
 * as it does when the log is replayed. Names that the catalogue has are not kept a second time: of a million that would be
 * a hundred megabytes.
 *
 * Memory: 4 bytes an item and a name, and the names that the catalogue does not have.
 */
export class NamesInCatalogue {
  readonly #catalogue: Interner
  /** Names that the catalogue does not have yet, with their places. */
  readonly #missing = new Map<string, number>()
  readonly #itemOf: Int32Array
  #placeOf: Int32Array = new Int32Array(0)
  /** How many items of the catalogue were looked at. */
  #followed: number

  constructor(names: readonly string[], catalogue: Interner) {
    this.#catalogue = catalogue
    this.#followed = catalogue.size
    this.#itemOf = new Int32Array(names.length).fill(NONE)
    names.forEach((name, place) => {
      const item = catalogue.find(name)
      if (item < 0) this.#missing.set(name, place)
      else this.#meet(item, place)
    })
  }

  /** The place among the names of an item of the catalogue; -1 for none. */
  placeOf(item: number): number {
    this.#follow()
    return this.#placeOf[item] ?? NONE
  }

  /** The item of the catalogue that is named at a place; -1 for as long as it has none. */
  itemOf(place: number): number {
    this.#follow()
    return this.#itemOf[place]!
  }

  /** Takes in the names that the catalogue numbered since the last call. */
  #follow(): void {
    if (this.#followed === this.#catalogue.size) return
    for (; this.#followed < this.#catalogue.size; this.#followed++) {
      if (this.#missing.size === 0) continue
      const name = this.#catalogue.name(this.#followed)
      const place = this.#missing.get(name)
      if (place === undefined) continue
      this.#missing.delete(name)
      this.#meet(this.#followed, place)
    }
  }

  #meet(item: number, place: number): void {
    this.#itemOf[place] = item
    this.#placeOf = growInt32(this.#placeOf, item + 1, NONE)
    this.#placeOf[item] = place
  }
}
