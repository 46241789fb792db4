import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { QueryClasses } from '../../models/index.ts'
import { QueryIntent } from './query-intent.ts'

const SPEC = {
  documents: 'product',
  fields: { title: { kind: 'text' }, price: { kind: 'number' } },
  intent: { by: 'category' },
} as const
const EVENTS = {
  queries: { event: 'query', text: 'text', decision: 'decision' },
  clicks: {
    event: 'click',
    where: { seconds: { min: 5 } },
    decision: 'decision',
    document: 'product',
    withinMs: 10,
  },
}
const TEXTS = ['red shoes', 'Shoe, red!', 'lamps', 'red price:..50 lamp', 'the of']
/** What the texts say to an index: stems, in order, without fields and words that say nothing. */
const TERMS = [['red', 'shoe'], ['shoe', 'red'], ['lamp'], ['red', 'lamp'], []]

const record = fc.oneof(
  fc.record({
    type: fc.constant('product'),
    product: fc.constantFrom('p1', 'p2', 'p3'),
    category: fc.constantFrom('shoes', 'lamps', null),
  }),
  fc.record({ type: fc.constant('query'), decision: fc.constantFrom('a', 'b', 'c'), text: fc.constantFrom(...TEXTS) }),
  fc.record({
    type: fc.constant('click'),
    decision: fc.constantFrom('a', 'b', 'c', undefined),
    product: fc.constantFrom('p1', 'p2', 'p3'),
    seconds: fc.constantFrom(1, 9),
  }),
)
const log = fc.array(record, { maxLength: 60 }).map((records) => records.map((each, at) => ({ ...each, at })))
type Logged = Readonly<Record<string, unknown>> & { readonly type: string; readonly at: number }

function intentAfter(records: readonly Logged[]): QueryIntent {
  const intent = new QueryIntent(SPEC, 'category', EVENTS)
  for (const each of records) intent.apply(each)
  return intent
}

describe('what a query means', () => {
  it('is what was clicked after its words before, each click of the class that its document had then', () => {
    fc.assert(
      fc.property(log, (records) => {
        const intent = intentAfter(records)
        const expected = new QueryClasses()
        for (const [place, each] of records.entries()) {
          const before: readonly Logged[] = records.slice(0, place)
          if (each.type !== 'click' || !('seconds' in each) || each.seconds < 5) continue
          const query = before.findLast(({ type, decision }) => type === 'query' && decision === each.decision)
          const name = classOf(before, each.product)
          if (!query || name === undefined || each.at - query.at > 10) continue
          expected.add(TERMS[TEXTS.indexOf(String(query.text))]!, name)
        }
        assert.equal(intent.clicks, expected.clicks)
        for (const terms of TERMS) {
          assert.deepEqual(intent.likeliest(terms, 2), expected.likeliest(terms, 2))
          const probability = intent.about(terms)
          for (const id of ['p1', 'p2', 'p3', 'p4']) {
            const name = classOf(records, id)
            const own = name === undefined ? Number.NaN : expected.probability(terms, name)
            assert.ok(Object.is(probability(id), own))
          }
        }
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('is learnt soon: a word means what those who used it clicked', () => {
    const products = ['shoes', 'lamps', 'desks'].map((category, place) => {
      return { type: 'product', at: 0, product: `p${place}`, category }
    })
    const clicks = Array.from({ length: 20 }, (_, place) => [
      { type: 'query', at: place, decision: `d${place}`, text: `red ${place % 2 ? 'trainers' : 'bulb'}` },
      { type: 'click', at: place, decision: `d${place}`, product: `p${(place + 1) % 2}`, seconds: 9 },
    ]).flat()
    const probability = intentAfter([...products, ...clicks]).about(['blue', 'trainer'])
    assert.ok(probability('p0') > 0.6)
    assert.ok(probability('p0') > 2 * probability('p1') && probability('p1') > probability('p2'))
  })
})

function classOf(records: readonly Logged[], product: unknown): string | undefined {
  const own = records.findLast((each) => each.type === 'product' && each.product === product && each.category !== null)
  return own === undefined ? undefined : String(own.category)
}
