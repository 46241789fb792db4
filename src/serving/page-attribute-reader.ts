import { type AttributeStore, Interner } from '../features/index.ts'
import type { FieldKind } from '../problem/index.ts'
import { normaliseTitle, type PageAttributes } from '../reranking/index.ts'

const NUMBERS: ReadonlySet<FieldKind> = new Set(['number', 'integer', 'boolean', 'timestamp'])
const UNKNOWN = new Float64Array(0)
/** So many items' texts are remembered; of a large catalogue more would be hundreds of megabytes. */
const REMEMBERED_TEXTS = 100_000

/**
 * The attributes of items as page rules want them: numbers. A text is numbered by its normalised form, so that two
 * spellings of one title are the same; what is not known has no number.
 */
export class PageAttributeReader {
  readonly #attributes: AttributeStore
  readonly #item: string
  #titles = new Interner()
  readonly #single = new Float64Array(1)
  /** The number of an item's text by path, with the revision at which it was read. */
  readonly #known = new Map<string, Map<number, { revision: number; numbers: readonly number[] }>>()

  constructor(attributes: AttributeStore, item: string) {
    this.#attributes = attributes
    this.#item = item
  }

  /** Begins a page: numbers of texts are the same within a page, and not from one to another. */
  startPage(): this {
    for (const byItem of this.#known.values()) if (byItem.size > REMEMBERED_TEXTS) this.#forget()
    return this
  }

  #forget(): void {
    this.#known.clear()
    this.#titles = new Interner()
  }

  readonly read: PageAttributes = (path, item) => {
    const kind = this.#attributes.kindOf(path)
    if (NUMBERS.has(kind)) return this.#number(path, item)
    if (kind !== 'text') return this.#attributes.categoryList(path, item)
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

  /** The number of a named value; undefined when no item has it. */
  readonly valueNumber = (path: string, value: string): number | undefined => {
    if (this.#attributes.kindOf(path) === 'text') return this.#titles.intern(normaliseTitle(value))
    const number = this.#attributes.categories.find(value)
    return number < 0 ? undefined : number
  }

  #number(path: string, item: number): Float64Array {
    const number = this.#attributes.number(path, item)
    if (Number.isNaN(number)) return UNKNOWN
    this.#single[0] = number
    return this.#single
  }
}
