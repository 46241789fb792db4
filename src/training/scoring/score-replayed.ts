import type { Application, ScoringSystem } from '../../application/index.ts'
import { durationMs } from '../../foundation/index.ts'
import type { RowModel } from '../../models/index.ts'
import { referenceField } from '../../retrieval/index.ts'
import type { OutcomeSurvey } from './outcome-survey.ts'
import type { ScoringPlan } from './plan-scoring.ts'
import type { RowProfiler } from './row-profile.ts'
import { type EventQuestions, EventScorer, type ScoredEvents } from './scored-events.ts'
import type { ScoredReplay } from './scored-replay.ts'

/** A replay under way, and what is known of its events. */
export interface Replayed {
  readonly application: Application
  readonly system: ScoringSystem
  readonly replay: ScoredReplay
  readonly survey: OutcomeSurvey
}

/**
 * Scores the events that a replay passes on its way to an offset.
 *
 * @param profiler - is shown every row, when there is one
 */
export function scoreTo(
  { application, system, replay }: Replayed,
  offset: number,
  questions: EventQuestions,
  profiler?: RowProfiler,
): ScoredEvents {
  const subject = referenceField(application.schema, system.event, system.subject)
  const scorer = new EventScorer(replay.rows.width, subject, system, questions)
  replay.replayTo(offset, {
    onEvent: (record, readRow) => {
      scorer.add(record, readRow)
      profiler?.add(record, readRow)
    },
  })
  return scorer.finish()
}

/** What is known of an event at an offset at which it was such a time: nothing of the young and of the refused. */
export function outcomeOf({ system, survey }: Replayed, asOf: number, nowMs: number): EventQuestions['outcome'] {
  const matureMs = nowMs - durationMs(system.label.matureAfter)
  return ({ id, at }) => {
    if (at > matureMs) return undefined
    return survey.label(id, asOf) ?? (survey.isBlocked(id) ? undefined : 0)
  }
}

/** Scores the second part by what was told of it when the third began. */
export function validationEvents(
  replayed: Replayed,
  { validateUntil, testFrom, testMs }: ScoringPlan,
  models: readonly RowModel[],
): ScoredEvents {
  const outcome = outcomeOf(replayed, testFrom, testMs)
  return scoreTo(replayed, validateUntil, { models, outcome })
}
