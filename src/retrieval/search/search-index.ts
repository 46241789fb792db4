import type { AttributeStore } from '../../features/index.ts'
import type { TextDocument } from '../text/text-fields.ts'
import type { TextIndex } from '../text/text-index.ts'
import { TextIndexBuilder } from '../text/text-index-builder.ts'
import { attributeOf, type SearchDocuments, textFields } from './search-documents.ts'

/**
 * The index over the entities of a kind, as the state knows them. It is a function of the log's prefix: documents stand
 * in the order in which they were last described, however often the index was brought up to date on the way.
 */
export class SearchIndex {
  readonly spec: SearchDocuments
  readonly #attributes: AttributeStore
  readonly #read: (key: number) => TextDocument | undefined
  #revision = -1
  #snapshot: TextIndex

  constructor(attributes: AttributeStore, spec: SearchDocuments) {
    this.spec = spec
    this.#attributes = attributes
    this.#read = documentReader(attributes, spec)
    this.#snapshot = this.#build()
  }

  /** The index as of the state's offset. */
  get snapshot(): TextIndex {
    if (this.#revision !== this.#attributes.revision(this.spec.documents)) this.#snapshot = this.#build()
    return this.#snapshot
  }

  /** The number of a document in the state. */
  keyOf(id: string): number {
    return this.#attributes.keys(this.spec.documents).find(id)
  }

  /** Why a document cannot be found by any query; undefined when it can. */
  absence(key: number): 'not in the catalogue' | 'removed' | undefined {
    if (!this.#attributes.isKnown(this.spec.documents, key)) return 'not in the catalogue'
    return this.#read(key) === undefined ? 'removed' : undefined
  }

  #build(): TextIndex {
    const { documents, analysis } = this.spec
    const builder = new TextIndexBuilder({ fields: textFields(this.spec), analysis })
    const described: number[] = []
    this.#attributes.describedAfter(documents, 0, (key) => described.push(key))
    described.sort((a, b) => this.#attributes.describedAt(documents, a) - this.#attributes.describedAt(documents, b))
    for (const key of described) {
      const document = this.#read(key)
      if (document) builder.add(document)
    }
    this.#revision = this.#attributes.revision(documents)
    return builder.build()
  }
}

/** Reads an entity as a document; undefined for one that is removed. */
function documentReader(
  attributes: AttributeStore,
  { documents, fields, removed }: SearchDocuments,
): (key: number) => TextDocument | undefined {
  const names = attributes.keys(documents)
  const sources = Object.entries(fields).map(([name, field]) => [name, attributeOf(name, field)] as const)
  return (key) => {
    const known = attributes.describe(documents, key)
    if (removed !== undefined && known[removed] === true) return undefined
    const values = sources.flatMap(([name, attribute]) =>
      known[attribute] === undefined ? [] : [[name, known[attribute]] as const],
    )
    return { ...Object.fromEntries(values), id: names.name(key) }
  }
}
