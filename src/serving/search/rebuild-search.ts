import { type Application, openQueryIntent, requireSearchSystem } from '../../application/index.ts'
import type { EventLog } from '../../data/index.ts'
import { SearchIndex } from '../../retrieval/index.ts'
import type { ModelRegistry } from '../../training/index.ts'
import { loadModel, requireSameDefinition } from '../repeat-decision.ts'
import { stateAsOf } from '../state-snapshot.ts'
import { answerSearch, type SearchTrace } from './answer-search.ts'
import type { RebuiltSearch } from './explain-search.ts'
import { noteLog } from './index-log.ts'
import { type LiveSearch, openLiveSearch } from './live-search.ts'
import type { SearchDecision } from './search-decision.ts'

/** Letters of documents that are indexed in one turn, and documents in whose time segments are merged. */
const LETTERS_A_TURN = 100_000
const DOCUMENTS_A_TURN = 256

/** What a search is made again from. */
export interface SearchSources {
  readonly application: Application
  readonly log: EventLog
  readonly registry: ModelRegistry
}

/** Makes a search again; the live search's state and intent must be as of the decision, and its index must know of what it saw. */
export function repeatSearch(live: LiveSearch, { request, at, degraded, indexed }: SearchDecision): SearchTrace {
  live.index.indexTo(indexed)
  while (live.index.settle(DOCUMENTS_A_TURN));
  const call = { at, clock: () => 0, budgetMs: Number.POSITIVE_INFINITY, leaveOut: new Set(degraded) }
  return answerSearch(live, request, call)
}

/**
 * Makes a search again from the log; takes as long as reading it up to the decision, and as indexing what it holds.
 *
 * @throws SluiceError `NO_MODEL`, `UNKNOWN_SYSTEM`, `MODEL_MISMATCH` when the system was defined otherwise at the time
 */
export async function rebuildSearch(
  { application, log, registry }: SearchSources,
  decision: SearchDecision,
): Promise<RebuiltSearch> {
  const system = requireSearchSystem(application, decision.system)
  requireSameDefinition(application, system, decision)
  const model = decision.model === null ? undefined : loadModel(registry, decision.system, decision.model)
  const state = await stateAsOf(application, log, decision.asOf)
  const index = new SearchIndex(system)
  const intent = openQueryIntent(application.schema, system)
  const followers = { indexes: [index], intents: intent ? [intent] : [] }
  for (const _ of noteLog(followers, log, { indexes: decision.indexed, intents: decision.asOf })) {
    index.indexTo(decision.indexed, LETTERS_A_TURN)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const live = openLiveSearch(application, decision.system, system, { state, index, intent, model })
  return { live, decision, trace: repeatSearch(live, decision) }
}
