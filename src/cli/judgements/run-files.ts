import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { SluiceError } from '../../foundation/index.ts'
import { malformedRow, readLines } from '../bench/read-lines.ts'

/** What a system answered to queries: by query, ids of documents with their scores, best first. */
export type SearchRun = ReadonlyMap<string, readonly ScoredDocument[]>

export interface ScoredDocument {
  readonly id: string
  readonly score: number
}

/**
 * Reads a run as TREC has it: query, a word that nobody reads, document, rank, score and the run's name, with blanks
 * between. As trec_eval has it too, scores alone say the order, and equal scores put the later id first.
 *
 * @throws SluiceError `FILE_NOT_FOUND`, `FILE_UNREADABLE`; `MALFORMED_ROW` at a line of another shape, a score that is no
 * number, or a document that a query has twice; `INVALID_ARGUMENT` when there is no line
 */
export async function readRun(file: string): Promise<SearchRun> {
  const lists = new Map<string, Map<string, number>>()
  for (const { text, number } of await readLines(file)) {
    const [query = '', , id = '', , score = '', name, ...more] = text.trim().split(/\s+/)
    if (name === undefined || more.length > 0) {
      throw malformedRow(file, number, 'query, Q0, document, rank, score and a name', text.slice(0, 80))
    }
    if (!Number.isFinite(Number(score))) throw malformedRow(file, number, 'a number as score', score)
    const list = lists.get(query) ?? new Map<string, number>()
    if (list.has(id)) throw malformedRow(file, number, `each document of query ${query} once`, `${id} again`)
    lists.set(query, list.set(id, Number(score)))
  }
  if (lists.size === 0) throw new SluiceError('INVALID_ARGUMENT', `${file}: expected a run in TREC form, got no line`)
  return new Map([...lists].map(([query, list]) => [query, inOrder(list)]))
}

function inOrder(list: ReadonlyMap<string, number>): ScoredDocument[] {
  const documents = Array.from(list, ([id, score]) => ({ id, score }))
  return documents.sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1))
}

/**
 * Writes a run in TREC form, packed when the name ends in `.gz`. Scores fall strictly, so that whoever reads them has
 * the same order: an equal score is written as the next smaller number.
 *
 * @throws SluiceError `FILE_UNREADABLE` when it cannot be written
 */
export async function writeRun(file: string, run: SearchRun, name: string): Promise<void> {
  const lines: string[] = []
  for (const [query, documents] of run) {
    let above = Number.POSITIVE_INFINITY
    for (const [place, { id, score }] of documents.entries()) {
      above = Math.min(score, nextBelow(above))
      lines.push(`${query} Q0 ${id} ${place + 1} ${above} ${name}\n`)
    }
  }
  const text = lines.join('')
  try {
    await writeFile(file, file.endsWith('.gz') ? await promisify(gzip)(text) : text)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new SluiceError('FILE_UNREADABLE', `run: expected to write ${file}, got ${String(code)}; name another file`, {
      cause,
    })
  }
}

function nextBelow(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return value
  return value - Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE)
}
