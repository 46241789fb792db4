import type { AttributeStore } from '../../features/index.ts'
import { assert } from '../../foundation/index.ts'
import type { Analysis } from '../text/analysis.ts'
import type { FoundByQuery } from './find-documents.ts'
import type { QueryIntent } from './query-intent.ts'
import { attributeOf, type SearchDocuments, searchAnalysis } from './search-documents.ts'

/** The words of one field of a document, each once. */
type FieldTerms = ReadonlySet<string>

const NO_TERMS: FieldTerms = new Set()

/**
 * What a row says of a query and a document: `query.score`, that of the text; `query.share`, the same as a share of what
 * the words say together; `query.words` and `query.corrected`, how many words count and how many of them were read as
 * others; and of each field of `match` `query.<field>.has`, the share of the query that the field has (words weighed by
 * how much they say), and `query.<field>.filled`, the share of the field's words that the query has; and
 * with an `intent` `query.intent`, how likely the query means the class of the document. Training and serving fill these
 * columns here and nowhere else.
 */
export class QueryColumns {
  readonly scoreColumnNames: readonly string[]
  readonly #attributes: AttributeStore
  readonly #fields: readonly MatchField[]
  readonly #documents: string
  readonly #intent: QueryIntent | undefined
  #found: FoundByQuery | undefined
  #meant: ((document: string) => number) | undefined
  #scores: ReadonlyMap<number, number> = new Map()

  /** @param intent - as of the same offset as the attributes; given when the spec has one */
  constructor(attributes: AttributeStore, spec: SearchDocuments, intent: QueryIntent | undefined) {
    assert((intent === undefined) === (spec.intent === undefined), 'an intent is learnt where it is declared')
    this.#attributes = attributes
    this.#documents = spec.documents
    this.#intent = intent
    this.#fields = (spec.match ?? []).map((name) => new MatchField(attributes, spec, name))
    this.scoreColumnNames = queryColumnNames(spec)
  }

  /** The query that rows are about from now on. */
  about(found: FoundByQuery): void {
    this.#found = found
    this.#meant = this.#intent?.about(found.terms.map(({ term }) => term))
    this.#scores = new Map(Array.from(found.items, (item, place) => [item, found.scores[place]!]))
  }

  /**
   * Fills the columns of documents; a document that the query did not find has a score of 0.
   *
   * @param out - row-major with `width` columns; those from `first` on are filled
   */
  scoreColumns(
    _request: unknown,
    items: Int32Array,
    out: Float64Array,
    { first, width, columns }: { first: number; width: number; columns?: ReadonlySet<string> | undefined },
  ): void {
    const found = this.#found
    const wanted = this.scoreColumnNames.map((name) => columns?.has(name) ?? true)
    const values = new Float64Array(wanted.length)
    for (let row = 0; row < items.length; row++) {
      if (found) this.#fillRow(found, items[row]!, values)
      let place = row * width + first
      for (let column = 0; column < values.length; column++) if (wanted[column]) out[place++] = values[column]!
    }
  }

  #fillRow(found: FoundByQuery, item: number, values: Float64Array): void {
    const score = this.#scores.get(item) ?? 0
    const whole = found.terms.reduce((sum, { weight }) => sum + weight, 0)
    values[0] = score
    values[1] = whole > 0 ? score / whole : 0
    values[2] = found.terms.length
    values[3] = found.answer.corrections.length
    let column = 4
    for (const field of this.#fields) {
      const terms = item < 0 ? NO_TERMS : field.termsOf(this.#attributes, item)
      let has = 0
      let filled = 0
      for (const { term, weight } of found.terms) {
        if (!terms.has(term)) continue
        has += weight
        filled++
      }
      values[column++] = whole > 0 ? has / whole : 0
      values[column++] = terms.size > 0 ? filled / terms.size : 0
    }
    if (!this.#meant) return
    values[column] = item < 0 ? Number.NaN : this.#meant(this.#attributes.keys(this.#documents).name(item))
  }
}

/** Names of the columns, in order. */
export function queryColumnNames({ match = [], intent }: Pick<SearchDocuments, 'match' | 'intent'>): string[] {
  const fields = match.flatMap((name) => [`query.${name}.has`, `query.${name}.filled`])
  return [
    'query.score',
    'query.share',
    'query.words',
    'query.corrected',
    ...fields,
    ...(intent ? ['query.intent'] : []),
  ]
}

/** The words of a field, remembered as long as the document is not described anew. */
class MatchField {
  readonly #entity: string
  readonly #path: string
  readonly #analysis: Analysis
  readonly #remembered: ({ readonly revision: number; readonly terms: FieldTerms } | undefined)[] = []

  constructor(attributes: AttributeStore, spec: SearchDocuments, name: string) {
    const { documents, fields } = spec
    this.#entity = documents
    this.#path = `${documents}.${attributeOf(name, fields[name]!)}`
    this.#analysis = searchAnalysis(spec)
    attributes.kindOf(this.#path)
  }

  termsOf(attributes: AttributeStore, key: number): FieldTerms {
    const revision = attributes.describedAt(this.#entity, key)
    const remembered = this.#remembered[key]
    if (remembered?.revision === revision) return remembered.terms
    while (this.#remembered.length < key) this.#remembered.push(undefined)
    const terms = new Set(
      this.#textsOf(attributes, key)
        .flatMap((text) => this.#analysis.words(text))
        .flatMap((word) => this.#analysis.termOf(word) ?? []),
    )
    this.#remembered[key] = { revision, terms }
    return terms
  }

  #textsOf(attributes: AttributeStore, key: number): string[] {
    if (attributes.kindOf(this.#path) === 'text') return [attributes.text(this.#path, key) ?? '']
    return Array.from(attributes.categoryList(this.#path, key), (code) => attributes.categories.name(code))
  }
}
