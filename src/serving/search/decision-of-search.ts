import { contentHash } from '../../foundation/index.ts'
import { ValueModel } from '../../ranking/index.ts'
import { formulaOf, objectiveProbabilities, probabilityOf } from '../decision-of-page.ts'
import type { SearchTrace } from './answer-search.ts'
import type { ArrangedPlace } from './arrange-found.ts'
import type { LiveSearch } from './live-search.ts'
import type { FoundItem, SearchCounts, SearchDecision, SearchRequest } from './search-decision.ts'

/** What a search was, in names instead of numbers: what the caller gets and what the log keeps. */
export function decisionOfSearch(
  live: LiveSearch,
  trace: SearchTrace,
  { id, at, request }: { id: string; at: number; request: SearchRequest },
): SearchDecision {
  const counts = countsOf(trace)
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
    understood: understoodOf(trace),
    degraded,
    funnel: { found: found.items.length, scored, page: page.length },
    total: found.answer.total ?? found.items.length,
    ...(counts ? { countsHash: contentHash(counts) } : {}),
    ...(model instanceof ValueModel ? { value: formulaOf(model) } : {}),
    items: foundItems(live, trace, request.offset ?? 0),
    ...(trace.arranged && trace.arranged.givenUp.length > 0 ? { givenUp: trace.arranged.givenUp } : {}),
  }
}

/** Facets and groups of a search; undefined when none were asked for. */
export function countsOf({ found }: SearchTrace): SearchCounts | undefined {
  const { facets, groups, groupCount } = found.answer
  if (!facets && !groups) return undefined
  const named = groups?.map(({ hits, ...group }) => ({ ...group, ids: hits.map(({ id }) => id) }))
  return {
    ...(facets ? { facets } : {}),
    ...(named ? { groups: named, groupCount: groupCount ?? named.length } : {}),
  }
}

function understoodOf({ found, intent }: SearchTrace): SearchDecision['understood'] {
  const { corrections, didYouMean, recognised } = found.answer
  return {
    corrections,
    ...(didYouMean ? { didYouMean } : {}),
    ...(recognised ? { recognised } : {}),
    ...(intent ? { intent } : {}),
  }
}

function arrangedItem(arranged: ArrangedPlace | undefined): Pick<FoundItem, 'because' | 'pin' | 'sponsored'> {
  if (!arranged) return {}
  const { because, pin, sponsored } = arranged
  return {
    ...(because.length > 0 ? { because } : {}),
    ...(pin === undefined ? {} : { pin }),
    ...(sponsored ? { sponsored } : {}),
  }
}

function foundItems(live: LiveSearch, trace: SearchTrace, offset: number): FoundItem[] {
  const { found, rows, scores, scored, model, page, arranged } = trace
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
      ...arrangedItem(arranged?.places[offset + index]),
    }
  })
}
