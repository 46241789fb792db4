import type { AttributeStore } from '../features/index.ts'

/** The items of an entity whose boolean attribute is true, kept in step with their descriptions. */
export class MarkedItems {
  readonly #attributes: AttributeStore
  readonly #entity: string
  readonly #path: string
  readonly #marked = new Set<number>()
  #revision = 0
  #listed: Int32Array | undefined

  /** @param path - such as `video.sponsored` */
  constructor(attributes: AttributeStore, entity: string, path: string) {
    this.#attributes = attributes
    this.#entity = entity
    this.#path = path
  }

  /** Their numbers, in no order to rely on. O(descriptions since the last call). */
  list(): Int32Array {
    const marks = this.#attributes.numbers(this.#path)
    this.#attributes.describedAfter(this.#entity, this.#revision, (item) => {
      const isChanged = marks[item] === 1 ? !this.#marked.has(item) : this.#marked.delete(item)
      if (marks[item] === 1) this.#marked.add(item)
      if (isChanged) this.#listed = undefined
    })
    this.#revision = this.#attributes.revision(this.#entity)
    this.#listed ??= Int32Array.from(this.#marked)
    return this.#listed
  }
}
