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
  const { candidates, page, degraded, asOf, rowsHash } = trace
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
      scored: trace.model ? candidates.items.length : 0,
      page: page.page.length,
    },
    items: decidedItems(live, trace),
  }
}

function decidedItems(live: LiveSystem, { candidates, page, model }: PageTrace): DecidedItem[] {
  const { retriever, state, system } = live
  const names = state.attributes.keys(system.item)
  const rowOf = new Map(Array.from(candidates.items, (item, row) => [item, row]))
  return page.page.map(({ item, position, score, sponsored, movedFrom }) => {
    const row = rowOf.get(item) ?? 0
    const brought = retriever.sourceNames(candidates.sources[row] ?? 0)
    const sources = brought.length === 0 ? [GIVEN] : brought
    const because = candidates.because[row] ?? -1
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
