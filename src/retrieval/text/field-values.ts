import { SluiceError } from '../../foundation/index.ts'
import type { FilterField } from './text-fields.ts'

/** What a document must have in a field: one of some values, or a number or moment within bounds, both included. */
export type FieldFilter =
  | string
  | number
  | readonly (string | number)[]
  | { readonly min?: number | string; readonly max?: number | string }

/** The values of a field that filters, by document. */
export class FieldValues {
  readonly kind: FilterField['kind']
  readonly #name: string
  readonly #documents: number[] = []
  readonly #values: (string | number)[] = []

  constructor(name: string, kind: FilterField['kind']) {
    this.#name = name
    this.kind = kind
  }

  /** @throws SluiceError `WRONG_TYPE` at a value of another kind than the field's */
  check(value: unknown): (string | number)[] {
    const list: unknown[] = Array.isArray(value) ? value : [value]
    return list.filter((one) => one !== undefined && one !== null).map((one) => this.#checked(one))
  }

  add(document: number, values: readonly (string | number)[]): void {
    for (const value of values) {
      this.#documents.push(document)
      this.#values.push(value)
    }
  }

  /**
   * Takes out of `accept` every document without a value that passes.
   *
   * @throws SluiceError `WRONG_TYPE` when the filter is for another kind of field
   */
  narrow(accept: Uint8Array, filter: FieldFilter): void {
    const passes = this.#test(filter)
    const passed = new Uint8Array(accept.length)
    for (const [place, value] of this.#values.entries()) if (passes(value)) passed[this.#documents[place]!] = 1
    for (let document = 0; document < accept.length; document++) accept[document]! &= passed[document]!
  }

  /** What {@link load} reads. */
  save(): { documents: readonly number[]; values: readonly (string | number)[] } {
    return { documents: this.#documents, values: this.#values }
  }

  load({ documents, values }: ReturnType<FieldValues['save']>): void {
    for (const [place, value] of values.entries()) this.add(documents[place]!, [value])
  }

  #test(filter: FieldFilter): (value: string | number) => boolean {
    if (typeof filter !== 'object' || Array.isArray(filter)) {
      const wanted = new Set(this.check(filter))
      return (value) => wanted.has(value)
    }
    if (this.kind === 'keyword') throw this.#wrong('a value or a list of them', 'bounds')
    const { min, max } = filter as { min?: number | string; max?: number | string }
    const low = min === undefined ? Number.NEGATIVE_INFINITY : Number(this.#checked(min))
    const high = max === undefined ? Number.POSITIVE_INFINITY : Number(this.#checked(max))
    return (value) => Number(value) >= low && Number(value) <= high
  }

  #checked(value: unknown): string | number {
    if (this.kind === 'keyword' && (typeof value === 'string' || typeof value === 'number')) return String(value)
    if (this.kind !== 'keyword' && typeof value === 'number' && Number.isFinite(value)) return value
    const moment = this.kind === 'date' && typeof value === 'string' ? Date.parse(value) : Number.NaN
    if (Number.isFinite(moment)) return moment
    const expected = { keyword: 'text', number: 'a finite number', date: 'milliseconds since 1970 or an ISO date' }
    throw this.#wrong(expected[this.kind], JSON.stringify(value) ?? typeof value)
  }

  #wrong(expected: string, got: string): SluiceError {
    return new SluiceError('WRONG_TYPE', `field ${this.#name}: expected ${expected}, got ${got.slice(0, 100)}`)
  }
}
