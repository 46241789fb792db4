import { thrownMessages } from '../../foundation/index.ts'
import type { FieldKind, Schema } from '../../problem/index.ts'
import type { Analysis } from '../text/analysis.ts'
import type { Language } from '../text/languages/language.ts'
import type { RecogniseOptions } from '../text/recognise-filters.ts'
import type { TextSearchOptions } from '../text/search-text.ts'
import { parseSynonyms } from '../text/synonyms.ts'
import {
  analysisOfLayout,
  isWordField,
  type TextField,
  type TextIndexOptions,
  textLayout,
} from '../text/text-fields.ts'

/** A field of the index. */
export type SearchField = TextField & {
  /** The attribute that it holds; the one of the field's own name when absent. */
  readonly from?: string
  /** Of a `geo` field: the attributes that hold its degrees; `latitude` and `longitude` when absent. */
  readonly degrees?: { readonly latitude: string; readonly longitude: string }
}

const DEGREES = { latitude: 'latitude', longitude: 'longitude' }

/** What is searched: the documents are the entities of a kind, and their fields are attributes. */
export interface SearchDocuments {
  /** The entity that is found, such as `product`. */
  readonly documents: string
  /** The fields of the index, by name. */
  readonly fields: Readonly<Record<string, SearchField>>
  /** Of all text fields that say nothing else; `english` when absent. */
  readonly language?: Language
  /** A boolean attribute: a document in which it is true is not found. */
  readonly removed?: string
  /**
   * Short text fields, such as a title, of which the ranker is told how much of the query they have, and how much of
   * them the query has; none when absent.
   */
  readonly match?: readonly string[]
  /**
   * Learns from clicks which class of documents a query means, and tells the ranker how likely it means that of each.
   * The classes are the values of an attribute of the documents, such as `category`. None when absent.
   */
  readonly intent?: { readonly by: string }
  /** What words stand for one another, in the lines that `parseSynonyms` reads; none when absent. */
  readonly synonyms?: string
  /** Whether the last word of a query that does not end in a space may be the beginning of one; false when absent. */
  readonly prefix?: boolean
  /** Takes filters out of the words, as in `red acme shoes below 50`; false when absent. */
  readonly recognise?: boolean | RecogniseOptions
}

/** How the words of queries are read. */
export type QueryReading = Pick<TextSearchOptions, 'synonyms' | 'prefix' | 'recognise'>

/** @throws SluiceError `MALFORMED_ROW`, `LIMIT_EXCEEDED` at synonyms that are none */
export function queryReading({ synonyms, prefix, recognise }: SearchDocuments): QueryReading {
  return {
    ...(synonyms === undefined ? {} : { synonyms: parseSynonyms(synonyms) }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(recognise === undefined ? {} : { recognise }),
  }
}

const TEXTS: readonly FieldKind[] = ['text', 'category', 'categories', 'identifier', 'reference']
/** The kinds of attribute that a kind of field can hold. */
const HELD: Readonly<Record<string, readonly FieldKind[]>> = {
  text: TEXTS,
  code: TEXTS,
  keyword: TEXTS,
  number: ['number', 'integer'],
  date: ['timestamp'],
  boolean: ['boolean'],
  geo: ['number', 'integer'],
}

/** The kinds of attribute that can be a class: one value each. */
const CLASSES: readonly FieldKind[] = ['category', 'identifier', 'reference']

/** The attribute that a field holds. */
export function attributeOf(name: string, field: SearchField): string {
  return field.from ?? name
}

/** All attributes that a field is made of. */
function attributesOf(name: string, field: SearchField): string[] {
  if (field.kind !== 'geo') return [attributeOf(name, field)]
  const { latitude, longitude } = field.degrees ?? DEGREES
  return [latitude, longitude]
}

/** The value of a field, from what is known of an entity; a point needs both of its degrees. */
export function fieldValue(name: string, field: SearchField, known: Readonly<Record<string, unknown>>): unknown {
  const [value, other] = attributesOf(name, field).map((attribute) => known[attribute] ?? undefined)
  if (field.kind !== 'geo') return value
  return value === undefined || other === undefined ? undefined : { latitude: value, longitude: other }
}

/** The attributes that decide what is indexed. */
export function indexedAttributes({ fields, removed }: Pick<SearchDocuments, 'fields' | 'removed'>): string[] {
  const attributes = Object.entries(fields).flatMap(([name, field]) => attributesOf(name, field))
  return [...new Set(removed === undefined ? attributes : [...attributes, removed])]
}

/** How the documents are indexed. */
export function indexOptions(spec: Pick<SearchDocuments, 'fields' | 'language'>): TextIndexOptions {
  return { fields: textFields(spec), language: spec.language }
}

/** How the words of documents and queries become terms. */
export function searchAnalysis(spec: Pick<SearchDocuments, 'fields' | 'language'>): Analysis {
  return analysisOfLayout(textLayout(indexOptions(spec)))
}

/** The names of the fields by which documents are filtered. */
export function filterFields({ fields }: { readonly fields: Readonly<Record<string, TextField>> }): Set<string> {
  return new Set(Object.keys(fields).filter((name) => !isWordField(fields[name]!)))
}

/** The fields without what only the schema knows of. */
function textFields({ fields }: Pick<SearchDocuments, 'fields'>): Record<string, TextField> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { from: _from, degrees: _degrees, ...field }]): [string, TextField] => [
      name,
      field,
    ]),
  )
}

/** What is wrong with what is to be searched, over a schema; empty when nothing is. */
export function searchDocumentFaults(schema: Schema, spec: SearchDocuments): string[] {
  const { documents, fields, removed, intent, match = [] } = spec
  const attributes = Object.hasOwn(schema.entities, documents) ? schema.entities[documents] : undefined
  if (!attributes) return [`unknown entity ${documents}`]
  const kindOf = (name: string): FieldKind | undefined =>
    Object.hasOwn(attributes, name) ? attributes[name]?.kind : undefined
  const known = (kinds: readonly FieldKind[]): string =>
    Object.keys(attributes)
      .filter((name) => kinds.includes(attributes[name]!.kind))
      .join(', ') || 'it has none'
  return [
    ...Object.entries(fields).flatMap(([name, field]) => {
      const kinds = HELD[field.kind]
      if (!kinds) return [`fields.${name}: expected one of ${Object.keys(HELD).join(', ')}, got ${String(field.kind)}`]
      return attributesOf(name, field).flatMap((attribute) => {
        const kind = kindOf(attribute)
        if (kind !== undefined && kinds.includes(kind)) return []
        return [`fields.${name}: expected an attribute of ${documents} (${known(kinds)}), got ${attribute}`]
      })
    }),
    ...layoutFaults(spec),
    ...(removed === undefined || kindOf(removed) === 'boolean'
      ? []
      : [`removed: expected a boolean attribute of ${documents} (${known(['boolean'])}), got ${removed}`]),
    ...(intent === undefined || CLASSES.includes(kindOf(intent.by) ?? 'text')
      ? []
      : [`intent.by: expected an attribute of ${documents} with one name (${known(CLASSES)}), got ${intent.by}`]),
    ...match
      .filter((name) => !Object.hasOwn(fields, name) || !isWordField(fields[name]!))
      .map((name) => `match: expected text fields of the index, got ${name}`),
    ...thrownMessages(() => queryReading(spec)),
    ...recogniseFaults(spec),
    ...(new Set(match).size < match.length ? ['match: expected each field once'] : []),
  ]
}

function layoutFaults(spec: SearchDocuments): string[] {
  return thrownMessages(() => textLayout(indexOptions(spec))).map((fault) => `fields: ${fault}`)
}

function recogniseFaults({ recognise, fields }: SearchDocuments): string[] {
  const named =
    typeof recognise === 'object'
      ? [...(recognise.fields ?? []), ...(recognise.money === undefined ? [] : [recognise.money])]
      : []
  return named
    .filter((name) => !Object.hasOwn(fields, name) || isWordField(fields[name]!))
    .map((name) => `recognise: expected fields that filter, got ${name}`)
}
