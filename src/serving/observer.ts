import type { AppendResult, EventLog, EventRecord, RefusedInput, Subject } from '../data/index.ts'
import type { FeatureState } from '../features/index.ts'
import type { ModelVersion } from '../training/index.ts'
import type { Decision } from './decision.ts'
import type { LiveSystem } from './live-system.ts'
import type { PageTrace, Stage } from './rank-page.ts'
import type { ScoredDecision } from './scoring/scored-decision.ts'
import type { SearchDecision } from './search/search-decision.ts'

/** Who is told what the engine does, so that nothing fails silently. It must not throw and not take long. */
export interface EngineObserver {
  /** The engine is open; both are live views, until {@link erased} brings another state. */
  opened(log: EventLog, state: FeatureState): void
  /** A stage of a page took so long. */
  stage(system: string, stage: Stage | 'total', ms: number): void
  /** A page was decided. */
  decided(live: LiveSystem, trace: PageTrace, decision: Decision): void
  /** A search was answered. */
  searched?(decision: SearchDecision): void
  /**
   * An event was scored, or asked about, for the first time; with the version that did it and the row of all columns, unless
   * so many were asked at once that they are forgotten.
   */
  scored?(
    decision: ScoredDecision,
    made?: { readonly version: ModelVersion | undefined; readonly row: Float64Array },
  ): void
  /** Events were offered; `refused` are those that were none, such as lines that are not JSON. */
  appended(result: AppendResult, refused: readonly RefusedInput[]): void
  /** A record of the log was applied to the state, in the order of the log; decisions of the engine are among them. */
  applied(record: EventRecord, offset: number): void
  /** A person or thing is erased: what is remembered of it has to go, and this is the state from now on. */
  erased(subject: Subject, log: EventLog, state: FeatureState): void
}
