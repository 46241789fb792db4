import type { DecidedItem, Decision, RankRequest } from './decision.ts'
import { GIVEN } from './decision.ts'
import type { LiveSystem } from './live-system.ts'
import type { PageTrace } from './rank-page.ts'

/** What a page was, in names instead of numbers: what the caller gets and what the log keeps. */
export function decisionOfPage(
  live: LiveSystem,
  trace: PageTrace,
  identity: { id: string; at: number; request: RankRequest },
): Decision {
  const { version, name, featureHash, systemHash } = live
  const { candidates, light, items, page, degraded, asOf, rowsHash } = trace
  return {
    ...identity,
    system: name,
    asOf,
    model: version?.version ?? null,
    modelHash: version?.modelHash ?? null,
    featureHash,
    systemHash,
    rowsHash,
    degraded,
    funnel: {
      found: candidates.found,
      filtered: candidates.filtered,
      candidates: candidates.items.length,
      ...(light ? { kept: light.kept.length } : {}),
      scored: trace.model ? items.length : 0,
      page: page.page.length,
    },
    items: decidedItems(live, trace),
  }
}

function decidedItems(live: LiveSystem, { candidates, light, items, page, model }: PageTrace): DecidedItem[] {
  const { retriever, state, system } = live
  const names = state.attributes.keys(system.item)
  return page.page.map(({ item, position, score, sponsored, movedFrom }) => {
    const row = items.indexOf(item)
    const place = light ? light.kept[row]! : row
    const brought = retriever.sourceNames(candidates.sources[place] ?? 0)
    const sources = brought.length === 0 ? [GIVEN] : brought
    const because = candidates.because[place] ?? -1
    return {
      id: names.name(item),
      position,
      score,
      ...(model ? { probability: model.response(score) } : {}),
      source: sources[0] ?? GIVEN,
      sources,
      ...(because >= 0 ? { because: names.name(because) } : {}),
      sponsored,
      movedFrom,
    }
  })
}
