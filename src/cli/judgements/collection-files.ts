import { SluiceError } from '../../foundation/index.ts'
import { malformedRow, type NumberedLine, readLines } from '../bench/read-lines.ts'

/** A document of a collection as its line has it. */
export type CollectionDocument = Readonly<Record<string, unknown>> & { readonly id: string }

export interface CollectionQuery {
  readonly id: string
  readonly text: string
}

/** By query, the gain of each judged document; at least 0. */
export type Judgements = ReadonlyMap<string, ReadonlyMap<string, number>>

export interface SearchCollection {
  readonly documents: readonly CollectionDocument[]
  readonly queries: readonly CollectionQuery[]
  readonly judgements: Judgements
}

/**
 * Reads a test collection: documents as JSONL, queries as TSV `query text` or JSONL, judgements as TSV `query doc gain`
 * or TREC qrels.
 *
 * @throws SluiceError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MALFORMED_JSON`, `MALFORMED_ROW`; `INVALID_ARGUMENT` when no
 * query has a relevant document
 */
export async function readSearchCollection(files: {
  readonly documents: string
  readonly queries: string
  readonly judgements: string
}): Promise<SearchCollection> {
  const documents = await readDocuments(files.documents)
  const queries = await readQueries(files.queries)
  const judgements = await readJudgements(files.judgements)
  requireRelevant(
    queries.map(({ id }) => id),
    judgements,
  )
  return { documents, queries, judgements }
}

/** @throws SluiceError `INVALID_ARGUMENT` when none of the queries has a relevant document */
export function requireRelevant(queries: readonly string[], judgements: Judgements): void {
  if (queries.some((id) => [...(judgements.get(id)?.values() ?? [])].some((gain) => gain > 0))) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `judgements: expected a relevant document for one of the ${queries.length} queries, got none; check their numbers`,
  )
}

/** @throws SluiceError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MALFORMED_JSON`, `MALFORMED_ROW` */
export async function readDocuments(file: string): Promise<CollectionDocument[]> {
  return (await readLines(file)).map((line) => readDocument(file, line))
}

function readDocument(file: string, line: NumberedLine): CollectionDocument {
  const value = readObject(file, line)
  const id = typeof value.id === 'number' ? String(value.id) : value.id
  if (typeof id === 'string' && id !== '') return { ...value, id }
  throw malformedRow(file, line.number, 'an id', JSON.stringify(id) ?? 'none')
}

function readObject(file: string, { text, number }: NumberedLine): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    throw new SluiceError('MALFORMED_JSON', `${file} line ${number}: expected JSON, got ${text.slice(0, 80)}`, {
      cause,
    })
  }
  throw malformedRow(file, number, 'an object', text.slice(0, 80))
}

/** @throws SluiceError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MALFORMED_JSON`, `MALFORMED_ROW` */
export async function readQueries(file: string): Promise<CollectionQuery[]> {
  const lines = await readLines(file)
  if (lines[0]?.text.trimStart().startsWith('{')) {
    return lines.map((line) => {
      const { query, id = query, text } = readObject(file, line)
      if ((typeof id === 'string' || typeof id === 'number') && typeof text === 'string')
        return { id: String(id), text }
      throw malformedRow(file, line.number, 'query (or id) and text', line.text.slice(0, 80))
    })
  }
  return readTable(file, lines, ['query', 'text']).map(([id = '', text = '']) => ({ id, text }))
}

/**
 * Judgements by query; a gain below 0 counts as 0.
 *
 * @throws SluiceError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MALFORMED_ROW`
 */
export async function readJudgements(file: string): Promise<Judgements> {
  const lines = await readLines(file)
  const isTable = lines[0]?.text.startsWith('query\t')
  const rows = isTable ? readTable(file, lines, ['query', 'doc', 'gain']) : lines.map((line) => readTrecRow(file, line))
  const judgements = new Map<string, Map<string, number>>()
  for (const [row, [query = '', document = '', gain = '']] of rows.entries()) {
    if (gain.trim() === '' || !Number.isFinite(Number(gain))) {
      throw malformedRow(file, lines[isTable ? row + 1 : row]!.number, 'a number as gain', gain)
    }
    const known = judgements.get(query) ?? new Map<string, number>()
    known.set(document, Math.max(0, Number(gain)))
    judgements.set(query, known)
  }
  return judgements
}

/** TREC: query, an iteration that nobody reads, document, gain. */
function readTrecRow(file: string, { text, number }: NumberedLine): string[] {
  const [query = '', , document = '', gain, ...more] = text.trim().split(/\s+/)
  if (gain !== undefined && more.length === 0) return [query, document, gain]
  throw malformedRow(file, number, 'query, iteration, document and gain, or a header query doc gain', text.slice(0, 80))
}

/** The named columns of a table separated by tabs; without a header these are its first. */
function readTable(file: string, lines: readonly NumberedLine[], columns: readonly string[]): string[][] {
  const header = lines[0]?.text.split('\t') ?? []
  const named = columns.every((column) => header.includes(column))
  const places = columns.map((column, place) => (named ? header.indexOf(column) : place))
  return lines.slice(named ? 1 : 0).map(({ text, number }) => {
    const cells = text.split('\t')
    if (places.every((place) => place < cells.length)) return places.map((place) => cells[place]!)
    throw malformedRow(file, number, `columns ${columns.join(', ')} with tabs between`, text.slice(0, 80))
  })
}
