/*
 * What it is worth to correct clicks for how often places are looked at: the same log of the generated shop, whose clicks
 * have position bias, is learnt from by `clickRanker`, by `lambdaMart` with the place as a feature, and by `lambdaMart` on
 * the clicks as they are. All three answer the searches of two later days. Judged by the truth that only the world knows;
 * differences are of the same searches.
 *
 *   node bench/search-clicks.bench.ts [--seed 1] [--products 5000] [--people 2000] [--days 21] [--json]
 *
 * `liked` orders what was found by what this person would truly click, which no ranker can know wholly. The claim is that
 * the corrected ranker is no worse than the one with the place as a feature, in NDCG@10 and in clicks, and better than the
 * text.
 */
import { clickRanker, exposures, lambdaMart } from '../src/ranking/index.ts'
import { builtInShop, compareSearches } from './load/compare-searches.ts'
import { printReport } from './load/report.ts'
import { shopOptions } from './load/shop-options.ts'

const { size, command, json } = shopOptions('search-clicks')
const { fallback: _fallback, ...shop } = builtInShop().shop
const label = { event: 'click', within: '1h' } as const
const placed = { label, examples: exposures('impression', { group: 'decision', position: 'position' }) }
const found = await compareSearches(
  {
    corrected: { ...shop, ranking: clickRanker(placed) },
    feature: { ...shop, ranking: lambdaMart(placed) },
    'as-they-are': {
      ...shop,
      ranking: lambdaMart({ label, examples: exposures('impression', { group: 'decision' }) }),
    },
  },
  size,
)
const [overFeature, overText] = [found.gain('corrected', 'feature'), found.gain('corrected', 'text')]
printReport(
  'search-clicks',
  {
    holds: overFeature.ndcg.high >= 0 && overFeature.clicks.high >= 0 && overText.clicks.low > 0,
    command,
    events: found.events,
    searches: found.searches,
    ...found.worth,
    ndcgOverFeature: overFeature.ndcg,
    clicksOverFeature: overFeature.clicks,
    ndcgOverText: overText.ndcg,
    clicksOverText: overText.clicks,
    clickBias: found.trained.corrected?.clickBias,
  },
  json,
)
