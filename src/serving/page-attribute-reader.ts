import { type AttributeStore, Interner } from '../features/index.ts'
import { normaliseTitle, type PageAttributes } from '../reranking/index.ts'

/**
 * The attributes of items as page rules want them: numbers. A text is numbered by its normalised form, so that two
 * spellings of one title are the same; what is not known has no number.
 */
export class PageAttributeReader {
  readonly #attributes: AttributeStore
  readonly #item: string
  readonly #titles = new Interner()
  /** The number of an item's text by path, with the revision at which it was read. */
  readonly #known = new Map<string, Map<number, { revision: number; numbers: readonly number[] }>>()

  constructor(attributes: AttributeStore, item: string) {
    this.#attributes = attributes
    this.#item = item
  }

  readonly read: PageAttributes = (path, item) => {
    if (this.#attributes.kindOf(path) !== 'text') return this.#attributes.categoryList(path, item) as readonly number[]
    const byItem = this.#known.get(path) ?? new Map<number, { revision: number; numbers: readonly number[] }>()
    this.#known.set(path, byItem)
    const revision = this.#attributes.describedAt(this.#item, item)
    const known = byItem.get(item)
    if (known?.revision === revision) return known.numbers
    const title = normaliseTitle(this.#attributes.text(path, item) ?? '')
    const numbers = title === '' ? [] : [this.#titles.intern(title)]
    byItem.set(item, { revision, numbers })
    return numbers
  }
}
