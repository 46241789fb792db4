import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { defineProblem } from '../problem/index.ts'
import { candidates, clickRanker, exposures, logisticRanker } from '../ranking/index.ts'
import { cap, sponsored } from '../reranking/index.ts'
import { type SmallSearchParts, smallSearchService } from '../testing/index.ts'
import { hashOfSystem, rankingSystems, requireSearchSystem, requireSystem, searchSystems } from './define-app.ts'
import { searchSystemFaults } from './search-system-faults.ts'

const EXAMPLES = exposures('impression', { group: 'decision', position: 'position' })
const QUERIES = { event: 'query', text: 'text', decision: 'decision' }
const PINS = { entity: 'pin', query: 'query', document: 'product', position: 'position' }
const FIELDS = { title: { kind: 'text' }, price: { kind: 'number' } } as const

function faultsOf(parts: SmallSearchParts): string[] {
  try {
    smallSearchService(parts)
  } catch (error) {
    assert.ok(isSluiceError(error, 'INVALID_APPLICATION'), String(error))
    return (error.details as string[]).map((fault) => fault.replace(/^shop: /, ''))
  }
  return []
}

describe('a search system', () => {
  it('that is sound is one of its application, and none that ranks', () => {
    const app = smallSearchService()
    assert.deepEqual(
      searchSystems(app).map(([name]) => name),
      ['shop'],
    )
    assert.deepEqual(rankingSystems(app), [])
    const { budgetMs, candidates: most, page } = requireSearchSystem(app, 'shop')
    assert.deepEqual([budgetMs, most, page], [50, 200, { limit: 20, maxLimit: 100 }])
    assert.throws(
      () => requireSystem(app, 'shop'),
      (error) => isSluiceError(error, 'WRONG_TASK') && /one that searches/.test(error.message),
    )
  })

  it('has another identity when its index or its models would be others, and the same with another page', () => {
    const hash = (parts: SmallSearchParts = {}) => {
      const app = smallSearchService(parts)
      return hashOfSystem(app, requireSearchSystem(app, 'shop'))
    }
    assert.equal(hash(), hash({ page: { limit: 5, maxLimit: 10 }, budgetMs: 7 }))
    const others: SmallSearchParts[] = [
      { fields: FIELDS, match: ['title'] },
      { match: ['title'] },
      { intent: { by: 'brand' } },
      { language: 'none' },
      { fields: { ...FIELDS, title: { kind: 'text', language: 'german' } }, match: ['title'] },
      { reranking: [cap({ by: 'product.brand', perPage: 2 })] },
      { candidates: 150 },
      { ranking: logisticRanker({ label: { event: 'click', within: '2h' }, examples: EXAMPLES }) },
    ]
    const hashes = [hash(), ...others.map(hash)]
    assert.equal(new Set(hashes).size, hashes.length)
  })

  it('names all that is wrong with it at once', () => {
    const faults = faultsOf({
      budgetMs: 0,
      removed: 'price',
      match: ['brand'],
      intent: { by: 'title' },
      candidates: 5,
      queries: { ...QUERIES, text: 'decision', results: 'text' },
    })
    for (const [index, expected] of [
      /^budgetMs: expected milliseconds above 0/,
      /^removed: expected a boolean attribute of product \(removed, promoted\), got price$/,
      /^intent.by: expected an attribute of product with one name \(brand\), got title$/,
      /^match: expected text fields of the index, got brand$/,
      /^queries.text: expected a field of query of kind text \(text, filters\), got decision$/,
      /^queries.results: expected a field of query of kind integer or number \(results, tookMs\), got text$/,
      /^candidates: expected at least page.maxLimit, 100, got 5$/,
    ].entries()) {
      assert.match(faults[index] ?? '', expected)
    }
    assert.equal(faults.length, 7)
  })

  it('that learns what queries mean has a ranking that reads it', () => {
    const { schema, features, ...app } = smallSearchService({ intent: { by: 'brand' } })
    const { ranking: _ranking, ...system } = requireSearchSystem({ ...app, schema, features }, 'shop')
    const faults = searchSystemFaults(schema, features, system)
    assert.deepEqual(faults.length, 1)
    assert.match(faults[0]!, /^intent: expected a ranking that reads it/)
  })

  const problem = defineProblem({
    task: 'classification',
    objective: 'click',
    success: [{ name: 'clicks', better: 'higher' }],
    guardrails: {},
    scale: { users: 1, items: 1, eventsPerSecond: 1, requestsPerSecond: 1 },
  })
  const ranker = (parts: object) =>
    logisticRanker({ label: { event: 'click', within: '1h' }, examples: EXAMPLES, ...parts })
  const wrong: Record<string, readonly [SmallSearchParts, RegExp]> = {
    'searches what is not there': [{ documents: 'shoe' }, /^unknown entity shoe$/],
    'searches those who ask': [{ documents: 'user' }, /^subject and documents: expected two entities, got user twice$/],
    'is of another task': [{ problem }, /^problem.task: expected ranking/],
    'has a field of no attribute': [
      { fields: { ...FIELDS, size: { kind: 'number' } }, match: [] },
      /^fields.size: expected an attribute of product \(price\), got size$/,
    ],
    'has a field of another kind': [
      { fields: { title: { kind: 'text' }, price: { kind: 'date' } }, match: [] },
      /^fields.price: expected an attribute of product \(listedAt\), got price$/,
    ],
    'has no text': [{ fields: { price: { kind: 'number' } }, match: [] }, /^fields: .*from 1 to 255 text fields/],
    'asks by an unknown event': [{ queries: { ...QUERIES, event: 'ask' } }, /^queries: unknown event ask$/],
    'asks by an event that it could not write': [
      { queries: { event: 'impression', text: 'text', decision: 'decision' } },
      /impression.product: expected an optional field/,
    ],
    'learns from candidates': [{ ranking: ranker({ examples: candidates({ negatives: 3 }) }) }, /expected exposures/],
    'is labelled by what is not there': [
      { ranking: ranker({ label: { event: 'order', within: '1h' } }) },
      /^ranking.label: unknown event order$/,
    ],
    'is labelled by what names no search': [
      { ranking: ranker({ examples: exposures('impression', { group: 'session' }) }) },
      /^ranking.label: expected a field of click of kind identifier \(decision\), got session$/m,
    ],
    'corrects for places that nothing says': [
      {
        ranking: clickRanker({
          label: { event: 'click', within: '1h' },
          examples: exposures('impression', { group: 'decision' }),
        }),
      },
      /^ranking: expected examples with the position of each exposure, which it corrects for, got none$/,
    ],
    'reads an intent that nobody learns': [
      { ranking: ranker({ features: ['query.score', 'query.intent'] }) },
      /^ranking.features: unknown feature query.intent$/,
    ],
    'reads what nobody fills': [
      { ranking: ranker({ features: ['query.score', 'query.size.has'] }) },
      /^ranking.features: unknown feature query.size.has$/,
    ],
    'has a language that is none': [
      { fields: { title: { kind: 'text', language: 'klingon' as 'none' } }, match: [] },
      /^fields: language: expected one of english, none, .*, got klingon$/,
    ],
    'has rules of what no document has': [
      { reranking: [cap({ by: 'product.size', perPage: 2 })] },
      /^reranking: expected an attribute of product, got product.size$/,
    ],
    'has slots for what nothing marks': [
      { reranking: [sponsored({ slots: [2] })] },
      /^reranking: expected the attribute that marks sponsored documents/,
    ],
    'pins by what is not there': [
      { pins: { ...PINS, entity: 'product' } },
      /^pins: expected an entity of its own, got product$/,
    ],
    'pins by attributes of another kind': [
      { pins: { ...PINS, position: 'query' } },
      /^pins.position: expected an attribute of pin of kind integer \(position\), got query$/,
    ],
  }
  for (const [title, [parts, expected]] of Object.entries(wrong)) {
    it(`is refused when it ${title}`, () => assert.match(faultsOf(parts).join('\n'), expected))
  }
})
