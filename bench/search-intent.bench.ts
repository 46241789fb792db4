/*
 * What it is worth that a shop's search learns from clicks which category a query means: the same log of the generated
 * shop is learnt from with and without `intent`, and both answer the searches of two later days. Judged by the truth that
 * only the world knows; differences are of the same searches.
 *
 *   node bench/search-intent.bench.ts [--seed 1] [--products 5000] [--people 2000] [--days 21] [--json]
 *
 * `liked` orders what was found by what this person would truly click, which no ranker can know wholly. The claim is that
 * the model with intent brings no fewer clicks than the one without, and more than the text.
 */
import { builtInShop, compareSearches } from './load/compare-searches.ts'
import { printReport } from './load/report.ts'
import { shopOptions } from './load/shop-options.ts'

const { size, command, json } = shopOptions('search-intent')
const { intent, ...without } = builtInShop().shop
const found = await compareSearches({ with: { ...without, intent: intent ?? { by: 'category' } }, without }, size)
const [overWithout, overText] = [found.gain('with', 'without'), found.gain('with', 'text')]
const ranking = (name: string) => found.trained[name]?.judgement.search?.ranking
printReport(
  'search-intent',
  {
    holds: overWithout.clicks.high >= 0 && overText.clicks.low > 0,
    command,
    events: found.events,
    searches: found.searches,
    ...found.worth,
    ndcgOverWithout: overWithout.ndcg,
    clicksOverWithout: overWithout.clicks,
    ndcgOverText: overText.ndcg,
    clicksOverText: overText.clicks,
    ndcgByClicks: {
      with: ranking('with')?.model.ndcgAt10.estimate,
      without: ranking('without')?.model.ndcgAt10.estimate,
      text: ranking('with')?.text.ndcgAt10.estimate,
    },
  },
  json,
)
