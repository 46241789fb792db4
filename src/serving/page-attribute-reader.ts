import { type AttributeStore, growFloat64 } from '../features/index.ts'
import { hashString53 } from '../foundation/index.ts'
import type { FieldKind } from '../problem/index.ts'
import { normaliseTitle, type PageAttributes } from '../reranking/index.ts'

const NUMBERS: ReadonlySet<FieldKind> = new Set(['number', 'integer', 'boolean', 'timestamp'])
const UNKNOWN: readonly number[] = []
/** No revision: an item that was not read yet. */
const NEVER = -1

type ItemReader = (item: number) => readonly number[]

/**
 * The attributes of items as page rules want them: numbers. The number of a text is a hash of its normalised form, so
 * that two spellings of one title are the same; two titles share one with a probability of 2^-53. What is not known has no number.
 */
export class PageAttributeReader {
  readonly #attributes: AttributeStore
  readonly #item: string
  readonly #readers = new Map<string, ItemReader>()

  constructor(attributes: AttributeStore, item: string) {
    this.#attributes = attributes
    this.#item = item
  }

  readonly read: PageAttributes = (path, item) => {
    const reader = this.#readers.get(path)
    return reader ? reader(item) : this.#open(path)(item)
  }

  /** The number of a named value; undefined when no item has it. */
  readonly valueNumber = (path: string, value: string): number | undefined => {
    if (this.#attributes.kindOf(path) === 'text') return known(numberOfText(value))
    const number = this.#attributes.categories.find(value)
    return number < 0 ? undefined : number
  }

  #open(path: string): ItemReader {
    const kind = this.#attributes.kindOf(path)
    const reader = NUMBERS.has(kind) ? this.#numbers(path) : kind === 'text' ? this.#texts(path) : this.#lists(path)
    this.#readers.set(path, reader)
    return reader
  }

  #numbers(path: string): ItemReader {
    const number = this.#attributes.numberReader(path)
    const single: [number] = [Number.NaN]
    return (item) => {
      single[0] = number(item)
      return Number.isNaN(single[0]) ? UNKNOWN : single
    }
  }

  #lists(path: string): ItemReader {
    const list = this.#attributes.categoryListReader(path)
    return (item) => {
      const found = list(item)
      return Array.isArray(found) ? found : UNKNOWN
    }
  }

  #texts(path: string): ItemReader {
    const attributes = this.#attributes
    const entity = this.#item
    const single: [number] = [Number.NaN]
    // Read once for every description of an item: normalising a title takes a microsecond, keeping it 16 bytes. The
    // number of an item, and beside it the revision that it is of, so that both are fetched at once.
    let numbers: Float64Array = new Float64Array(0)
    return (item) => {
      if (item < 0) return UNKNOWN
      numbers = growFloat64(numbers, 2 * item + 2, NEVER)
      const describedAt = attributes.describedAt(entity, item)
      if (numbers[2 * item + 1] !== describedAt) {
        numbers[2 * item] = numberOfText(attributes.text(path, item) ?? '')
        numbers[2 * item + 1] = describedAt
      }
      single[0] = numbers[2 * item]!
      return Number.isNaN(single[0]) ? UNKNOWN : single
    }
  }
}

function known(number: number): number | undefined {
  return Number.isNaN(number) ? undefined : number
}

/** `NaN` for a text that says nothing. */
function numberOfText(text: string): number {
  const title = normaliseTitle(text)
  return title === '' ? Number.NaN : hashString53(title)
}
