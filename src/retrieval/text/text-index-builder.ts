import { openKernels, SluiceError } from '../../foundation/index.ts'
import { analysisOf } from './analysis.ts'
import { emptyFieldValues, type FieldValues } from './field-values.ts'
import { packPostings } from './pack-postings.ts'
import { type TextDocument, type TextIndexOptions, type TextLayout, textLayout } from './text-fields.ts'
import { TextIndex } from './text-index.ts'
import type { Vocabulary } from './text-snapshot.ts'
import { WordCollector } from './word-collector.ts'

/** Letters of all text fields of a document; a book has a million. */
const LONGEST_DOCUMENT = 10_000_000
const LONGEST_ID = 1024

/** Takes documents one by one and makes an index of them. */
export class TextIndexBuilder {
  readonly #layout: TextLayout
  readonly #collector: WordCollector
  readonly #values: ReadonlyMap<string, FieldValues>
  readonly #ids: string[] = []
  readonly #numbers = new Map<string, number>()

  /** @throws SluiceError `INVALID_ARGUMENT` at options that make no sense */
  constructor(options: TextIndexOptions) {
    this.#layout = textLayout(options)
    this.#collector = new WordCollector(analysisOf(this.#layout.analysis), this.#layout.wordFields.length)
    this.#values = emptyFieldValues(options.fields)
  }

  /**
   * Adds a document; one with the id of an earlier one takes its place. A document that is refused leaves no trace.
   *
   * @throws SluiceError `MISSING_FIELD` without an id, `ID_TOO_LONG`, `UNKNOWN_FIELD`, `WRONG_TYPE` at a value that its
   * field cannot hold, `LIMIT_EXCEEDED` at more than ten million letters
   */
  add(document: TextDocument): void {
    const id = requireId(document)
    const texts = this.#textsOf(document)
    const values = Array.from(this.#values, ([name, field]) => ({ field, values: field.check(document[name]) }))
    const number = this.#ids.length
    const earlier = this.#numbers.get(id)
    if (earlier !== undefined) this.#ids[earlier] = ''
    this.#ids.push(id)
    this.#numbers.set(id, number)
    this.#collector.add(texts)
    for (const { field, values: own } of values) field.append(own)
  }

  /**
   * The index of all documents so far.
   *
   * @remarks O(words + documents); the builder is of no use afterwards.
   */
  build(): TextIndex {
    const words = this.#collector.collected()
    const live = Uint8Array.from(this.#ids, (id) => (id === '' ? 0 : 1))
    const kernels = openKernels()
    return new TextIndex({
      layout: this.#layout,
      kernels,
      ids: this.#ids,
      terms: words.terms,
      postings: packPostings(words, live, this.#layout, kernels),
      words: {
        entryEnds: words.entryEnds.slice(),
        entryTerms: words.entryTerms.slice(),
        entryCounts: words.entryCounts.slice(),
      },
      values: this.#values,
      vocabulary: sortedVocabulary(words.vocabulary),
    })
  }

  #textsOf(document: TextDocument): string[][] {
    for (const name of Object.keys(document)) {
      if (name !== 'id' && !Object.hasOwn(this.#layout.fields, name)) throw unknown(document.id, name)
    }
    const texts = this.#layout.wordFields.map(({ name }) => textsOf(document, name))
    const length = texts.flat().reduce((sum, text) => sum + text.length, 0)
    if (length <= LONGEST_DOCUMENT) return texts
    throw new SluiceError(
      'LIMIT_EXCEEDED',
      `document ${document.id}: expected at most ${LONGEST_DOCUMENT} letters, got ${length}; split it`,
    )
  }
}

function sortedVocabulary({ words, counts }: Vocabulary): Vocabulary {
  const order = Uint32Array.from(words, (_, place) => place).sort((a, b) => (words[a]! < words[b]! ? -1 : 1))
  return {
    words: Array.from(order, (place) => words[place]!),
    counts: Uint32Array.from(order, (place) => counts[place]!),
  }
}

function requireId({ id }: TextDocument): string {
  if (typeof id !== 'string' || id === '') {
    throw new SluiceError('MISSING_FIELD', `document: expected an id of text, got ${JSON.stringify(id) ?? 'none'}`)
  }
  if (id.length <= LONGEST_ID) return id
  throw new SluiceError('ID_TOO_LONG', `document id: expected at most ${LONGEST_ID} letters, got ${id.length}`)
}

function textsOf(document: TextDocument, name: string): string[] {
  const value = document[name] ?? []
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.map((text) => {
    if (typeof text === 'string') return text
    throw new SluiceError('WRONG_TYPE', `document ${document.id}, ${name}: expected text, got ${typeof text}`)
  })
}

function unknown(id: string, name: string): SluiceError {
  return new SluiceError('UNKNOWN_FIELD', `document ${id}: expected fields of the index, got ${name}; declare it`)
}
