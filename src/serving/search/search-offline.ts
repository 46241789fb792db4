import { type Application, openQueryIntent, requireSearchSystem } from '../../application/index.ts'
import { openSaved, SearchIndex } from '../../retrieval/index.ts'
import type { Reader } from '../reader.ts'
import { loadModel } from '../repeat-decision.ts'
import { answerSearch } from './answer-search.ts'
import { noteLog, noteTail } from './index-log.ts'
import { searchIndexFolder } from './live-indexes.ts'
import { openLiveSearch } from './live-search.ts'

/** Documents that a query found, best first, with the score that put them there. */
export type FoundOffline = readonly { readonly id: string; readonly score: number }[]

const INDEXED_AT_ONCE = 1_000

/**
 * A search system over a data directory that is only read, for judging: it answers as the engine would as of the log's
 * head, by nobody in particular, without a deadline and without writing anything. Where the engine has saved its index, it
 * goes on from there.
 *
 * @param version - of its models; the champion when absent, and the order of the text without one
 * @returns from a query to its best documents, as many as are asked for
 * @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK`, `NO_MODEL`, `MODEL_MISMATCH`, `MODEL_CORRUPT`
 * @remarks Opening takes as long as reading the log and indexing what is not in the saved index.
 */
export function openOfflineSearch(
  application: Application,
  { directory, log, registry, state }: Pick<Reader, 'directory' | 'log' | 'registry' | 'state'>,
  name: string,
  version?: string,
): (query: string, limit: number) => FoundOffline {
  const declared = requireSearchSystem(application, name)
  const wanted = version ?? registry.champion(name)?.version
  const model = wanted === undefined ? undefined : loadModel(registry, name, wanted)
  const asOf = state()
  const until = { indexes: asOf.offset, intents: asOf.offset }
  // What the server saved may be ahead of what this process reads; it writes nothing itself.
  const { index: saved } = openSaved(searchIndexFolder(application, directory, [name, declared]), log)
  const index = saved && saved.reached <= asOf.offset ? saved : new SearchIndex(declared)
  const intent = openQueryIntent(application.schema, declared)
  const behind = index.reached > 0 && noteTail(index, log, asOf) ? [] : [index]
  for (const _ of noteLog({ indexes: behind, intents: intent ? [intent] : [] }, log, until)) index.indexTo(log.head)
  index.indexTo(log.head)
  while (index.settle(INDEXED_AT_ONCE));
  const live = openLiveSearch(application, name, declared, { state: asOf, index, intent, model })
  const at = live.state.newestMs
  const keys = live.state.attributes.keys(declared.documents)
  return (query, limit) => {
    const system = { ...declared, page: { limit, maxLimit: limit } }
    const call = { at, clock: () => 0, budgetMs: Number.POSITIVE_INFINITY }
    const { found, scores, page } = answerSearch({ ...live, system }, { query, limit }, call)
    return Array.from(page, (place) => ({ id: keys.name(found.items[place]!), score: scores[place]! }))
  }
}
