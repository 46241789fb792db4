import type { ByteReader, ByteWriter } from '../../../foundation/index.ts'
import { GrowingArray } from '../growing-array.ts'
import { firstFrom } from './first-from.ts'

type Numbers = Uint32Array | Float64Array

/** The values of documents 0 to n - 1, any number each. */
export interface ListedValues<Kind extends Numbers> {
  /** Shape (documents,): the first value of each, or what stands for none. */
  readonly first: Kind
  /** The documents of further values, ascending. */
  readonly furtherDocuments: Uint32Array
  /** Shape of `furtherDocuments`. */
  readonly further: Kind
}

/** Numbers by document, a document at a time. Most documents have one value at most, so that is one flat array. */
export class ValueList<Kind extends Numbers> {
  readonly #missing: number
  readonly #first: GrowingArray<Kind>
  readonly #furtherDocuments = new GrowingArray(new Uint32Array())
  readonly #further: GrowingArray<Kind>

  /**
   * @param empty - an array of the kind that is wanted
   * @param missing - stands for no value, and is none
   */
  constructor(empty: Kind, missing: number) {
    this.#missing = missing
    this.#first = new GrowingArray(empty)
    this.#further = new GrowingArray(empty)
  }

  get size(): number {
    return this.#first.length
  }

  get memoryBytes(): number {
    const { first, furtherDocuments, further } = this.views()
    return first.byteLength + furtherDocuments.byteLength + further.byteLength
  }

  /** Views of all values; of no use once more are added. */
  views(): ListedValues<Kind> {
    return {
      first: this.#first.view(),
      furtherDocuments: this.#furtherDocuments.view(),
      further: this.#further.view(),
    }
  }

  /** Adds the next document. */
  append(values: readonly number[]): void {
    const document = this.size
    this.#first.push(values[0] ?? this.#missing)
    for (let place = 1; place < values.length; place++) {
      this.#furtherDocuments.push(document)
      this.#further.push(values[place]!)
    }
  }

  /**
   * Adds documents of another list, one after the other.
   *
   * @param documents - ascending
   * @remarks O(documents + further values of the other between the first and the last of them).
   */
  appendFrom(other: ValueList<Kind>, documents: ArrayLike<number>): void {
    const { first, furtherDocuments, further } = other.views()
    let at = firstFrom(furtherDocuments, documents[0] ?? 0)
    for (let place = 0; place < documents.length; place++) {
      const document = documents[place]!
      while (at < further.length && furtherDocuments[at]! < document) at++
      for (; at < further.length && furtherDocuments[at] === document; at++) {
        this.#furtherDocuments.push(this.size)
        this.#further.push(further[at]!)
      }
      this.#first.push(first[document]!)
    }
  }

  /** Replaces every value by another of the same kind. */
  renumber(change: (value: number) => number): void {
    for (const list of [this.#first, this.#further]) {
      for (let place = 0; place < list.length; place++) list.set(place, change(list.get(place)))
    }
  }

  save(writer: ByteWriter): void {
    const { first, furtherDocuments, further } = this.views()
    writer.bytes(bytesOf(first)).uint32s(furtherDocuments).bytes(bytesOf(further))
  }

  /** Reads what {@link save} wrote, into a list that is empty. */
  load(reader: ByteReader): void {
    this.#first.take(reader.bytes())
    this.#furtherDocuments.take(bytesOf(reader.uint32s()))
    this.#further.take(reader.bytes())
  }
}

function bytesOf(values: Numbers): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
