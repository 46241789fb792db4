import { ValueModel } from '../../ranking/index.ts'
import { formulaOf, objectiveProbabilities, probabilityOf } from '../decision-of-page.ts'
import type { SearchTrace } from './answer-search.ts'
import type { LiveSearch } from './live-search.ts'
import type { FoundItem, SearchDecision, SearchRequest } from './search-decision.ts'

/** What a search was, in names instead of numbers: what the caller gets and what the log keeps. */
export function decisionOfSearch(
  live: LiveSearch,
  trace: SearchTrace,
  { id, at, request }: { id: string; at: number; request: SearchRequest },
): SearchDecision {
  const { version, name, featureHash, systemHash } = live
  const { found, asOf, indexed, rowsHash, degraded, model, scored, page } = trace
  return {
    id,
    system: name,
    at,
    asOf,
    indexed,
    model: version?.version ?? null,
    modelHash: version?.modelHash ?? null,
    featureHash,
    systemHash,
    rowsHash,
    request,
    understood: { corrections: found.corrections },
    degraded,
    funnel: { found: found.items.length, scored, page: page.length },
    ...(model instanceof ValueModel ? { value: formulaOf(model) } : {}),
    items: foundItems(live, trace, request.offset ?? 0),
  }
}

function foundItems(live: LiveSearch, trace: SearchTrace, offset: number): FoundItem[] {
  const { found, rows, scores, scored, model, page } = trace
  const names = live.state.attributes.keys(live.system.documents)
  const places = Array.from(page)
  const ranked = places.filter((place) => place < scored)
  const objectives = objectiveProbabilities(model, rows, { count: scored, chosen: ranked })
  return places.map((place, index) => {
    const score = scores[place]!
    // Those that were scored stand before those that were not.
    const own = place < scored ? objectives?.[index] : undefined
    return {
      id: names.name(found.items[place]!),
      position: offset + index + 1,
      score,
      text: found.scores[place]!,
      ...(model && place < scored ? { probability: probabilityOf(model, score, own) } : {}),
      ...(own ? { objectives: own } : {}),
      movedFrom: place + 1,
    }
  })
}
