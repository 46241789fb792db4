import { defineApp, searchSystem } from '../../application/index.ts'
import { defineProblem } from '../../problem/index.ts'
import { clickRanker, exposures, logisticRanker } from '../../ranking/index.ts'
import { searchFeatures } from './features.ts'
import { searchSchema } from './schema.ts'

/** What was shown in answer to a query, and where on the page it stood. */
const EXAMPLES = exposures('impression', { group: 'decision', position: 'position' })
const CLICKED = { label: { event: 'click', within: '1h' }, examples: EXAMPLES } as const

/** The search of a shop. */
export const searchApplication = defineApp({
  name: 'search',
  schema: searchSchema,
  features: searchFeatures,
  systems: {
    shop: searchSystem({
      problem: defineProblem({
        task: 'ranking',
        objective: 'click',
        success: [
          { name: 'ordersPerSearch', better: 'higher' },
          { name: 'searchesWithoutClick', better: 'lower' },
          { name: 'searchesWithoutResult', better: 'lower' },
        ],
        guardrails: { p99Ms: 50 },
        scale: { users: 1_000_000, items: 200_000, eventsPerSecond: 2_000, requestsPerSecond: 100 },
      }),
      subject: 'user',
      documents: 'product',
      fields: {
        title: { kind: 'text', boost: 3 },
        maker: { kind: 'text', boost: 2, from: 'brand' },
        kind: { kind: 'text', boost: 2, from: 'category' },
        shade: { kind: 'text', from: 'colour' },
        article: { kind: 'code', boost: 2, from: 'code' },
        description: { kind: 'text' },
        brand: { kind: 'keyword' },
        category: { kind: 'keyword' },
        colour: { kind: 'keyword' },
        price: { kind: 'number' },
        rating: { kind: 'number' },
        listedAt: { kind: 'date' },
        place: { kind: 'geo' },
      },
      removed: 'removed',
      match: ['title', 'maker', 'kind', 'shade', 'description'],
      intent: { by: 'category' },
      // A price in the words is a limit; names of brands and colours only make a document better.
      recognise: { fields: ['price'] },
      queries: {
        event: 'query',
        text: 'text',
        decision: 'decision',
        results: 'results',
        filters: 'filters',
        tookMs: 'tookMs',
      },
      pins: { entity: 'pin', query: 'query', document: 'product', position: 'position', removed: 'removed' },
      ranking: clickRanker(CLICKED),
      fallback: logisticRanker({ ...CLICKED, model: { basis: 'piecewise' } }),
    }),
  },
})
