import { type Application, requireSystem } from '../application/index.ts'
import type { EventLog, EventRecord } from '../data/index.ts'
import { SluiceError } from '../foundation/index.ts'
import type { ModelRegistry } from '../training/index.ts'
import { DECISION, type Decision, readDecision } from './decision.ts'
import { offsetBeforeDecision } from './decision-id.ts'
import {
  type ExplainedExploration,
  type ExplainedItem,
  explainAbsence,
  explainExploration,
  explainItems,
  type WhyNotAnswer,
} from './explain-decision.ts'
import { type LiveSystem, openLiveSystem } from './live-system.ts'
import type { PageRequest, PageTrace } from './rank-page.ts'
import { loadModel, repeatDecision, requireSameDefinition } from './repeat-decision.ts'
import { type ExplainedSearch, explainSearch } from './search/explain-search.ts'
import { rebuildSearch } from './search/rebuild-search.ts'
import { isSearchRecord, readSearch } from './search/search-decision.ts'
import { stateAsOf } from './state-snapshot.ts'

/** A page with everything it was made from. */
export interface RebuiltPage {
  readonly live: LiveSystem
  readonly request: PageRequest
  readonly trace: PageTrace
  readonly decision: Decision
}

/** A decision with its reasons. */
export interface ExplainedDecision {
  readonly decision: Decision
  /** Whether the page could be made again to the byte; the reasons are those of the page made again. */
  readonly reproduced: boolean
  readonly items: readonly ExplainedItem[]
  /** Absent when the page explores nothing. */
  readonly exploration?: ExplainedExploration
  readonly whyNot?: WhyNotAnswer
}

/**
 * A decision's record, without holding up the event loop; undefined when there is none.
 *
 * @remarks Reads the log from the decision on; all that follows for an id that was never given.
 */
export async function findDecision(log: EventLog, id: string): Promise<EventRecord | undefined> {
  const before = offsetBeforeDecision(id)
  if (before === undefined) return undefined
  for (const { records } of log.read(before + 1)) {
    const found = records.find((record) => record.id === id && record.type === DECISION)
    if (found) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
  return undefined
}

/**
 * Makes the page of a decision again from the log; takes as long as reading it up to the decision.
 *
 * @throws SluiceError `NO_MODEL`, `UNKNOWN_SYSTEM`, `MODEL_MISMATCH` when the system was defined otherwise at the time
 */
export async function rebuildPage(
  application: Application,
  log: EventLog,
  registry: ModelRegistry,
  decision: Decision,
): Promise<RebuiltPage> {
  const system = requireSystem(application, decision.system)
  requireSameDefinition(application, system, decision)
  const model = decision.model === null ? undefined : loadModel(registry, decision.system, decision.model)
  const state = await stateAsOf(application, log, decision.asOf)
  const live = openLiveSystem(application, decision.system, system, state, model)
  return { live, decision, ...(await repeatDecision(live, decision)) }
}

/** The reasons of a page that was made again or is remembered, and of an item's absence from it. */
export function explainRebuilt({ live, request, trace, decision }: RebuiltPage, whyNot?: string): ExplainedDecision {
  const exploration = explainExploration(live, trace)
  return {
    decision,
    reproduced: trace.rowsHash === decision.rowsHash,
    items: explainItems(live, trace, decision),
    ...(exploration ? { exploration } : {}),
    ...(whyNot === undefined ? {} : { whyNot: explainAbsence(live, trace, request, whyNot) }),
  }
}

/**
 * Explains a logged decision from the log alone.
 *
 * @throws SluiceError `UNKNOWN_DECISION`, and as {@link rebuildPage}
 */
export async function explainLogged(
  application: Application,
  log: EventLog,
  registry: ModelRegistry,
  id: string,
  whyNot?: string,
): Promise<ExplainedDecision | ExplainedSearch> {
  const record = await findDecision(log, id)
  if (!record) throw unknownDecision(id)
  if (isSearchRecord(record)) {
    return explainSearch(await rebuildSearch({ application, log, registry }, readSearch(record)), whyNot)
  }
  return explainRebuilt(await rebuildPage(application, log, registry, readDecision(record)), whyNot)
}

export function unknownDecision(id: string): SluiceError {
  return new SluiceError('UNKNOWN_DECISION', `decision: expected one in the log, got ${JSON.stringify(id)}`)
}
