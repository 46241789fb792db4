import {
  type TextDocument,
  type TextField,
  type TextIndex,
  TextIndexBuilder,
  type TextSearchOptions,
} from '../../retrieval/index.ts'
import type { CollectionDocument } from './collection-files.ts'

/** So deep are lists judged, as TREC has it. */
export const DEPTH = 1000

/** Ways to search by text: BM25 by the book, what {@link searchText} does when nothing is said, and with feedback. */
export const SEARCHES = {
  bm25: { proximity: false, spelling: false, compounds: false },
  default: {},
  feedback: { feedback: {} },
} as const satisfies Readonly<Record<string, TextSearchOptions>>

/** A field whose every value is text or a list of texts is searched. */
export function textFieldsOf(documents: readonly CollectionDocument[]): { fields: string[]; leftOut: string[] } {
  const isText = new Map<string, boolean>()
  for (const document of documents) {
    for (const [name, value] of Object.entries(document)) {
      if (name === 'id' || value === null) continue
      const list: unknown[] = Array.isArray(value) ? value : [value]
      isText.set(name, (isText.get(name) ?? true) && list.every((one) => typeof one === 'string'))
    }
  }
  const names = [...isText.keys()]
  return { fields: names.filter((name) => isText.get(name)), leftOut: names.filter((name) => !isText.get(name)) }
}

/** @throws SluiceError when a document cannot be indexed */
export function indexCollection(documents: readonly CollectionDocument[], fields: readonly string[]): TextIndex {
  const declared = fields.map((name): [string, TextField] => [name, { kind: 'text' }])
  const builder = new TextIndexBuilder({ fields: Object.fromEntries(declared) })
  for (const document of documents) {
    builder.add(Object.fromEntries(['id', ...fields].map((name) => [name, document[name]])) as unknown as TextDocument)
  }
  return builder.build()
}
