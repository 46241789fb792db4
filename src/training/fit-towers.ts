import type { Application, RankingSystem } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { retrievalModelName, TowerExamples } from '../retrieval/index.ts'
import { LogRecords } from './log-records.ts'
import type { LogSurvey } from './log-survey.ts'
import type { Artifacts } from './model-registry.ts'

/**
 * The two-tower models of a system, each learnt in one more pass over the log up to an offset, because what they read of
 * a subject is as of every single event; sources with equal specs share one.
 */
export function fitTowers(
  { schema }: Application,
  { subject, item, retrieval }: RankingSystem,
  log: EventLog,
  survey: LogSurvey,
  until: number,
): Artifacts {
  const fitted = new Map<string, Uint8Array>()
  for (const { towers } of retrieval.sources) {
    if (!towers || fitted.has(retrievalModelName(towers))) continue
    const examples = new TowerExamples({ schema, subject, item }, towers, survey.meetingCount(towers, until))
    const records = new LogRecords(log, until)
    for (let next = records.take(); next; next = records.take()) examples.apply(next.offset, next.record)
    fitted.set(retrievalModelName(towers), examples.fit())
  }
  return fitted
}
