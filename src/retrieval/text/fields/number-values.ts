import type { ByteReader, ByteWriter } from '../../../foundation/index.ts'
import { type Bounds, invalid, isRecord, MOST_VALUES, type ValueTest, wrongType } from './field-filter.ts'
import { ValueList } from './value-list.ts'

/** Ends are included; nothing passes when the first is larger. */
export interface Interval {
  readonly least: number
  readonly greatest: number
}

const BOUNDS: ReadonlySet<string> = new Set(['min', 'max', 'above', 'below'])
/** Of a longer list every value is looked up instead of going through the documents once for each. */
const FEW_VALUES = 4

/** Numbers or moments of documents. */
export class NumberValues {
  readonly list = new ValueList(new Float64Array(), Number.NaN)
  readonly #name: string
  readonly #isDate: boolean

  constructor(name: string, isDate: boolean) {
    this.#name = name
    this.#isDate = isDate
  }

  /** @throws SluiceError `WRONG_TYPE` at what is no finite number and, for a date, no ISO text */
  check(value: unknown): number {
    if (typeof value === 'number' && Number.isFinite(value)) return value
    const moment = this.#isDate && typeof value === 'string' ? Date.parse(value) : Number.NaN
    if (Number.isFinite(moment)) return moment
    const expected = this.#isDate ? 'milliseconds since 1970 or an ISO date' : 'a finite number'
    throw wrongType(this.#name, expected, value)
  }

  get size(): number {
    return this.list.size
  }

  get memoryBytes(): number {
    return this.list.memoryBytes
  }

  append(values: readonly number[]): void {
    this.list.append([...new Set(values)])
  }

  appendFrom(other: NumberValues, documents: ArrayLike<number>): void {
    this.list.appendFrom(other.list, documents)
  }

  /** Sets to 1 what passes a test. */
  mark(passed: Uint8Array, test: ValueTest): void {
    if (isRecord(test)) {
      this.#markInterval(passed, this.interval(test))
      return
    }
    const values: readonly unknown[] = Array.isArray(test) ? test : [test]
    if (values.length > MOST_VALUES) {
      throw invalid(`field ${this.#name}`, `at most ${MOST_VALUES} values`, `${values.length}`)
    }
    const numbers = values.map((value) => this.#asked(value))
    if (numbers.length > FEW_VALUES) this.#markListed(passed, new Set(numbers))
    else for (const number of numbers) this.#markInterval(passed, { least: number, greatest: number })
  }

  /**
   * What bounds let pass.
   *
   * @throws SluiceError `INVALID_ARGUMENT` at bounds without an end or with another key, `WRONG_TYPE` at an end that is
   * no value of the field
   */
  interval(bounds: Bounds): Interval {
    const keys = Object.keys(bounds).filter((key) => bounds[key as keyof Bounds] !== undefined)
    if (keys.length === 0 || keys.some((key) => !BOUNDS.has(key))) {
      throw wrongType(this.#name, 'values, or bounds: min, max, above, below', bounds)
    }
    const { min, max, above, below } = bounds
    const end = (value: number | string | undefined, none: number) => (value === undefined ? none : this.#asked(value))
    return {
      least: Math.max(end(min, -Infinity), nextAbove(end(above, -Infinity))),
      greatest: Math.min(end(max, Number.POSITIVE_INFINITY), nextBelow(end(below, Number.POSITIVE_INFINITY))),
    }
  }

  /** Sets to 1 the documents with any value. */
  markPresent(passed: Uint8Array): void {
    this.#markInterval(passed, { least: Number.NEGATIVE_INFINITY, greatest: Number.POSITIVE_INFINITY })
  }

  save(writer: ByteWriter): void {
    this.list.save(writer)
  }

  load(reader: ByteReader): void {
    this.list.load(reader)
  }

  #markInterval(passed: Uint8Array, { least, greatest }: Interval): void {
    const { first, furtherDocuments, further } = this.list.views()
    markBetween(passed, first, least, greatest)
    for (let place = 0; place < further.length; place++) {
      if (further[place]! >= least && further[place]! <= greatest) passed[furtherDocuments[place]!] = 1
    }
  }

  #markListed(passed: Uint8Array, wanted: ReadonlySet<number>): void {
    const { first, furtherDocuments, further } = this.list.views()
    for (let document = 0; document < first.length; document++) {
      if (wanted.has(first[document]!)) passed[document] = 1
    }
    for (let place = 0; place < further.length; place++) {
      if (wanted.has(further[place]!)) passed[furtherDocuments[place]!] = 1
    }
  }

  /** In a query everything is text. */
  #asked(value: unknown): number {
    const number = typeof value === 'string' && value.trim() !== '' && !this.#isDate ? Number(value) : Number.NaN
    return Number.isFinite(number) ? number : this.check(value)
  }
}

/** Without a branch, which prices would take either way at random. */
function markBetween(passed: Uint8Array, values: Float64Array, least: number, greatest: number): void {
  for (let document = 0; document < values.length; document++) {
    const value = values[document]!
    passed[document]! |= Number(value >= least) & Number(value <= greatest)
  }
}

const bits = new DataView(new ArrayBuffer(8))

/** The smallest double that is larger; infinities stay. */
export function nextAbove(value: number): number {
  if (!Number.isFinite(value)) return value
  if (value === 0) return Number.MIN_VALUE
  bits.setFloat64(0, value)
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n))
  return bits.getFloat64(0)
}

/** The largest double that is smaller; infinities stay. */
export function nextBelow(value: number): number {
  return -nextAbove(-value)
}
