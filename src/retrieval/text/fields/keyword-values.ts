import type { ByteReader, ByteWriter } from '../../../foundation/index.ts'
import { type FieldFilter, invalid, MOST_VALUES, type ValueTest, wrongType } from './field-filter.ts'
import { KeywordDictionary } from './keyword-dictionary.ts'
import { ValueList } from './value-list.ts'

/** Names, or true and false, of documents. */
export class KeywordValues {
  readonly dictionary: KeywordDictionary
  readonly list = new ValueList(new Uint32Array(), 0)
  readonly #name: string
  readonly #isBoolean: boolean

  constructor(name: string, isBoolean: boolean, dictionary = new KeywordDictionary()) {
    this.#name = name
    this.#isBoolean = isBoolean
    this.dictionary = dictionary
  }

  /** @throws SluiceError `WRONG_TYPE` at what is no text or number, or neither true nor false */
  check(value: unknown): string {
    if (this.#isBoolean) {
      if (typeof value === 'boolean') return String(value)
      throw wrongType(this.#name, 'true or false', value)
    }
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    throw wrongType(this.#name, 'text', value)
  }

  get size(): number {
    return this.list.size
  }

  get memoryBytes(): number {
    return this.list.memoryBytes
  }

  append(values: readonly string[]): void {
    this.list.append([...new Set(values)].map((value) => this.dictionary.add(value)))
  }

  appendFrom(other: KeywordValues, documents: ArrayLike<number>): void {
    this.list.appendFrom(other.list, documents)
  }

  /** Sets to 1 what passes a test. */
  mark(passed: Uint8Array, test: ValueTest): void {
    this.#markWanted(passed, this.#wanted(test))
  }

  /** Sets to 1 the documents with any value. */
  markPresent(passed: Uint8Array): void {
    const wanted = new Uint8Array(this.dictionary.size).fill(1)
    wanted[0] = 0
    this.#markWanted(passed, wanted)
  }

  save(writer: ByteWriter): void {
    const { first, further } = this.list.views()
    const used = new Uint8Array(this.dictionary.size)
    for (const numbers of [first, further]) for (const number of numbers) used[number] = 1
    const own = Uint32Array.from(used.keys()).filter((number) => number > 0 && used[number] === 1)
    writer.json(Array.from(own, (number) => this.dictionary.valueOf(number))).uint32s(own)
    this.list.save(writer)
  }

  load(reader: ByteReader): void {
    const values = reader.json() as string[]
    const numbers = new Map([[0, 0]])
    for (const [place, number] of reader.uint32s().entries()) numbers.set(number, this.dictionary.add(values[place]!))
    this.list.load(reader)
    this.list.renumber((number) => numbers.get(number)!)
  }

  /** @param wanted - by number of the dictionary */
  #markWanted(passed: Uint8Array, wanted: Uint8Array): void {
    const { first, furtherDocuments, further } = this.list.views()
    for (let document = 0; document < first.length; document++) passed[document] = wanted[first[document]!]!
    for (let place = 0; place < further.length; place++) passed[furtherDocuments[place]!]! |= wanted[further[place]!]!
  }

  /** By number of the dictionary. */
  #wanted(test: ValueTest): Uint8Array {
    const wanted = new Uint8Array(this.dictionary.size)
    for (const value of this.#listed(test)) wanted[this.dictionary.numberOf(this.#asked(value)) ?? 0] = 1
    wanted[0] = 0
    return wanted
  }

  #listed(test: FieldFilter): readonly unknown[] {
    if (typeof test !== 'object') return [test]
    if (!Array.isArray(test)) throw wrongType(this.#name, 'a value or a list of them', test)
    if (test.length > MOST_VALUES)
      throw invalid(`field ${this.#name}`, `at most ${MOST_VALUES} values`, `${test.length}`)
    return test
  }

  /** In a query everything is text. */
  #asked(value: unknown): string {
    const isWritten = this.#isBoolean && (value === 'true' || value === 'false')
    return isWritten ? value : this.check(value)
  }
}
