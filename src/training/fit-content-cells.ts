import type { Application, RankingSystem } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { ContentCells, FLAT_BELOW, retrievalModelName } from '../retrieval/index.ts'
import type { BuiltIndex } from './built-index.ts'
import { LogRecords } from './log-records.ts'
import type { LogSurvey } from './log-survey.ts'
import type { Artifacts } from './model-registry.ts'

/** The cells of a system's sources, by file name, and what their builds found out. */
export interface FittedCells {
  readonly artifacts: Artifacts
  readonly indexes: Readonly<Record<string, BuiltIndex>>
}

/**
 * The cells of sources that compare descriptions, as of an offset, each built in one more pass over the log; none where the
 * catalogue is small.
 */
export function fitContentCells(
  { schema }: Application,
  { subject, item, retrieval }: RankingSystem,
  log: EventLog,
  { descriptionCount }: Pick<LogSurvey, 'descriptionCount'>,
  until: number,
): FittedCells {
  const artifacts = new Map<string, Uint8Array>()
  const indexes: Record<string, BuiltIndex> = {}
  for (const { cells, name: source } of retrieval.sources) {
    if (!cells || descriptionCount < FLAT_BELOW) continue
    const name = retrievalModelName(cells)
    if (artifacts.has(name)) continue
    const collected = new ContentCells({ schema, subject, item }, cells)
    const records = new LogRecords(log, until)
    for (let next = records.take(); next; next = records.take()) collected.apply(next.offset, next.record)
    const built = collected.build()
    if (!built) continue
    const { bytes, ...found } = built
    artifacts.set(name, bytes)
    indexes[source] = found
  }
  return { artifacts, indexes }
}
