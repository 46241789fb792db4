import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { combinedMask, intersect, opposite } from './fields/document-mask.ts'
import {
  type FieldFilter,
  FilterBudget,
  type GeoPoint,
  isCombined,
  isRecord,
  type ValueTest,
  wrongType,
} from './fields/field-filter.ts'
import { GeoValues } from './fields/geo-values.ts'
import { KeywordDictionary } from './fields/keyword-dictionary.ts'
import { KeywordValues } from './fields/keyword-values.ts'
import { NumberValues } from './fields/number-values.ts'
import { type FilterField, isWordField, type TextField } from './text-fields.ts'

export type { FieldFilter }

export type FieldValue = string | number | GeoPoint

/** Filters whose documents are remembered, of each field; one byte a document each. */
const REMEMBERED = 8
/** A longer filter is not remembered. */
const LONGEST_REMEMBERED = 1000

/** The values of a field that filters, by document. */
export class FieldValues {
  readonly kind: FilterField['kind']
  readonly column: KeywordValues | NumberValues | GeoValues
  readonly #name: string
  /** By filter: which documents pass; the one that was asked for last is last. */
  readonly #remembered = new Map<string, Uint8Array>()

  /** @param dictionary - of a keyword: shared by the segments of an index; its own when absent */
  constructor(name: string, kind: FilterField['kind'], dictionary?: KeywordDictionary) {
    this.#name = name
    this.kind = kind
    if (kind === 'keyword' || kind === 'boolean') this.column = new KeywordValues(name, kind === 'boolean', dictionary)
    else this.column = kind === 'geo' ? new GeoValues(name) : new NumberValues(name, kind === 'date')
  }

  get size(): number {
    return this.column.size
  }

  get memoryBytes(): number {
    return this.column.memoryBytes
  }

  /**
   * The values of a document in this field: none, one or a list of them.
   *
   * @throws SluiceError `WRONG_TYPE` at a value of another kind than the field's, `OUT_OF_RANGE` at a point that is not on earth
   */
  check(value: unknown): FieldValue[] {
    const list: unknown[] = Array.isArray(value) ? value : [value]
    return list.filter((one) => one !== undefined && one !== null).map((one) => this.column.check(one))
  }

  /** Adds the next document with values that {@link check} gave. */
  append(values: readonly FieldValue[]): void {
    this.#remembered.clear()
    this.column.append(values as never)
  }

  /**
   * Adds documents of another part of the same field, one after the other.
   *
   * @param documents - ascending numbers in the other part
   * @remarks O(documents + values of the other).
   */
  appendFrom(other: FieldValues, documents: ArrayLike<number>): void {
    this.#remembered.clear()
    this.column.appendFrom(other.column as never, documents)
  }

  /**
   * Takes out of `accept` every document that does not pass.
   *
   * @throws SluiceError `WRONG_TYPE` when the filter is for another kind of field, `INVALID_ARGUMENT` at one that makes no
   * sense, `OUT_OF_RANGE` at a point that is not on earth, `LIMIT_EXCEEDED` at more tests than are allowed
   * @remarks O(documents), some nanoseconds each; what was asked for lately is remembered.
   */
  narrow(accept: Uint8Array, filter: FieldFilter, budget = new FilterBudget()): void {
    intersect(accept, this.#passing(filter, budget))
  }

  save(writer: ByteWriter): void {
    this.column.save(writer)
  }

  /** Reads what {@link save} wrote, into what is empty. */
  load(reader: ByteReader): void {
    this.column.load(reader)
  }

  #passing(filter: FieldFilter, budget: FilterBudget): Uint8Array {
    const key = JSON.stringify(filter)
    const known = this.#remembered.get(key)
    this.#remembered.delete(key)
    const passed = known ?? this.#passed(filter, budget, 0)
    if (key.length <= LONGEST_REMEMBERED) this.#remembered.set(key, passed)
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!)
    return passed
  }

  #passed(filter: FieldFilter, budget: FilterBudget, depth: number): Uint8Array {
    budget.spend(`field ${this.#name}`, depth)
    if (isCombined<FieldFilter>(`field ${this.#name}`, filter)) {
      return combinedMask(filter, this.size, (one) => this.#passed(one, budget, depth + 1))
    }
    const passed = new Uint8Array(this.size)
    if (!isRecord(filter) || !('exists' in filter)) {
      this.column.mark(passed, filter as ValueTest)
      return passed
    }
    if (typeof filter.exists !== 'boolean') throw wrongType(this.#name, '{ exists: true or false }', filter)
    this.column.markPresent(passed)
    return filter.exists ? passed : opposite(passed)
  }
}

/** What the segments of an index share: the numbers of the values of keyword fields. */
export class FieldDictionaries {
  readonly #byField = new Map<string, KeywordDictionary>()

  of(field: string): KeywordDictionary {
    const known = this.#byField.get(field) ?? new KeywordDictionary()
    this.#byField.set(field, known)
    return known
  }
}

/** Empty values of all fields that filter, in the order of their declaration. */
export function emptyFieldValues(
  fields: Readonly<Record<string, TextField>>,
  dictionaries = new FieldDictionaries(),
): Map<string, FieldValues> {
  const values = new Map<string, FieldValues>()
  for (const [name, field] of Object.entries(fields)) {
    if (!isWordField(field)) values.set(name, new FieldValues(name, field.kind, dictionaries.of(name)))
  }
  return values
}
