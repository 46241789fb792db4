import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventRecord } from '../../../data/index.ts'
import { ndcgOfRanked } from '../../../evaluation/index.ts'
import { contentHash, DAY_MS, isSluiceError } from '../../../foundation/index.ts'
import { type FieldSpec, recordFields } from '../../../problem/index.ts'
import { searchSchema } from '../schema.ts'
import type { SearchWorldOptions } from './options.ts'
import { PRODUCT_TYPES } from './product-types.ts'
import { searchCollection } from './search-collection.ts'
import { generateSearchEvents } from './search-events.ts'
import { createSearchWorld } from './search-world.ts'
import type { SearchSession } from './sessions.ts'

const SMALL = { seed: 5, users: 200, products: 600, days: 5 }
const eventsOf = (options: SearchWorldOptions): EventRecord[] => [...generateSearchEvents(createSearchWorld(options))]

describe('the stream of a shop', () => {
  const world = createSearchWorld({ seed: 1, users: 700 })
  const { startMs, days } = world.options
  const records = [...generateSearchEvents(world)]
  const sessions = [...world.sessions()]
  const byType = Map.groupBy(records, ({ type }) => type)
  const of = (type: string): readonly EventRecord[] => byType.get(type) ?? []

  it('is in the order of time and names every record once', () => {
    assert.ok(records.every(({ at }, index) => at >= (records[index - 1]?.at ?? startMs)))
    assert.equal(new Set(records.map(({ id }) => id)).size, records.length)
  })

  it('fits the schema', () => {
    for (const record of records) assert.deepEqual(faultsOf(record), [])
  })

  it('mentions a product only while it is on sale', () => {
    const onSale = new Set<unknown>()
    for (const { type, product, removed } of records) {
      if (type === 'product' && removed === true) onSale.delete(product)
      else if (type === 'product') onSale.add(product)
      else if (type === 'impression') assert.ok(onSale.has(product))
    }
  })

  it('lists new products every day, and has some sold out', () => {
    const perDay = Map.groupBy(of('product'), ({ at }) => Math.floor((at - startMs) / DAY_MS))
    for (let day = 0; day < days; day++) assert.ok((perDay.get(day)?.length ?? 0) >= 10, `day ${day}`)
    assert.ok(of('product').some(({ removed }) => removed === true))
  })

  it('has clicks for 6 to 15 in 100 impressions, fewer carts and fewer orders', (test) => {
    test.diagnostic(JSON.stringify([...byType].map(([type, list]) => `${type} ${list.length}`)))
    const rate = of('click').length / of('impression').length
    assert.ok(rate > 0.06 && rate < 0.15, `${rate}`)
    assert.ok(of('cart').length < 0.25 * of('click').length && of('cart').length > 0.08 * of('click').length)
    assert.ok(of('order').length < 0.7 * of('cart').length && of('order').length > 0.3 * of('cart').length)
  })

  it('looks at positions by the planted bias: clicks are those of examination times the truth', () => {
    const byDecision = new Map(sessions.map((session) => [`legacy-${session.number}-0`, session]))
    const expected = new Float64Array(11)
    const clicked = new Float64Array(11)
    const shownAt = new Map<string, number>()
    for (const { decision, product, position, at } of of('impression')) {
      const session = byDecision.get(String(decision))
      if (!session) continue
      const place = Number(position)
      shownAt.set(`${decision} ${product}`, place)
      const probability = world.clickProbability(session, String(product), at)
      expected[place]! += probability * world.examinationProbability(place)
    }
    for (const { decision, product } of of('click')) {
      const place = shownAt.get(`${decision} ${product}`)
      if (place !== undefined) clicked[place]!++
    }
    for (let place = 1; place <= 10; place++) {
      const spread = Math.sqrt(expected[place]!)
      assert.ok(Math.abs(clicked[place]! - expected[place]!) < 4 * spread, `${clicked[place]} of ${expected[place]}`)
    }
    assert.equal(world.examinationProbability(10), 10 ** -0.8)
  })

  it('grades what is looked for: pages of the legacy search are far better than nothing and far from the best', (test) => {
    const pages = Map.groupBy(of('impression'), ({ decision }) => String(decision))
    const values = sessions.flatMap((session, index) => {
      if (index % 8 > 0) return []
      const grades = world.grades(session, session.at)
      if (grades.size === 0) return []
      const page = pages.get(`legacy-${session.number}-0`) ?? []
      const labels = Float64Array.from(page, ({ product }) => grades.get(String(product)) ?? 0)
      return [ndcgOfRanked(labels, Float64Array.from(grades.values()), { k: 10 })]
    })
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    test.diagnostic(`NDCG@10 ${mean}`)
    assert.ok(mean > 0.5 && mean < 0.85, `${mean}`)
  })

  it('is asked for other things on other days', () => {
    const [early, late] = [0, 14].map((day) =>
      countTypes(sessions, startMs + day * DAY_MS, startMs + (day + 7) * DAY_MS),
    )
    const moved = PRODUCT_TYPES.filter((_, type) => {
      const [before, after] = [early![type]!, late![type]!]
      return before + after > 30 && Math.abs(before - after) > 4 * Math.sqrt(before + after)
    })
    assert.ok(moved.length >= 3, `${moved.length}`)
  })

  it('says one thing in several ways: the most asked type has more than four texts, none of three quarters', () => {
    const plain = sessions.filter(({ intent }) => intent.kind === 'type')
    const type = plain.filter(({ intent }) => PRODUCT_TYPES[intent.type!]!.name === mostAsked(plain))
    const texts = Map.groupBy(type, ({ queries }) => queries[0]!)
    assert.ok(Math.max(...[...texts.values()].map(({ length }) => length)) < 0.75 * type.length)
    assert.ok(texts.size > 4)
  })

  it('has slips of the finger in 2 to 25 of 100 first queries', () => {
    const careful = [...createSearchWorld({ seed: 1, users: 700, typingErrors: 0 }).sessions()]
    // The same people look for the same things; only the fingers differ.
    const known = new Set(careful.flatMap(({ queries }) => queries))
    const share = sessions.filter(({ queries }) => !known.has(queries[0]!)).length / sessions.length
    assert.ok(share > 0.02 && share < 0.25, `${share}`)
  })

  it('lets people try again when nothing was good, and some searches find nothing at all', () => {
    const again = of('query').filter(({ decision }) => !String(decision).endsWith('-0')).length
    const empty = of('query').filter(({ results }) => results === 0).length
    assert.ok(again > 0.1 * sessions.length && again < 0.8 * sessions.length, `${again} of ${sessions.length}`)
    assert.ok(empty > 0.005 * of('query').length && empty < 0.08 * of('query').length, `${empty}`)
  })
})

describe('a search world', () => {
  it('is the same for the same seed and another for another', () => {
    const first = contentHash(eventsOf(SMALL))
    assert.equal(contentHash(eventsOf(SMALL)), first)
    assert.notEqual(contentHash(eventsOf({ ...SMALL, seed: 6 })), first)
  })

  it('answers a page alike whatever was shown before', () => {
    const [quiet, busy] = [createSearchWorld(SMALL), createSearchWorld(SMALL)]
    const sessions = [...quiet.sessions()]
    const last = sessions.at(-1)!
    const page = { products: ['p3', 'p9', 'p27', 'p81', 'p243'], results: 5 }
    for (const session of sessions.slice(0, 50)) busy.respond(session, { attempt: 0, at: session.at }, page, 'other')
    const ask = (world: typeof quiet) => world.respond(last, { attempt: 0, at: last.at }, page, 'mine')
    assert.deepEqual(ask(busy), ask(quiet))
  })

  it('holds no product that nobody could look for, down to a single one', () => {
    const events = eventsOf({ seed: 1, users: 3, products: 1, days: 2 })
    assert.ok(events.every((record) => faultsOf(record).length === 0))
  })

  it('grades type, maker, colour, feature and price, each for itself', () => {
    const world = createSearchWorld(SMALL)
    const at = world.options.startMs
    const products = [...world.catalogue(at + 1)].filter(({ type }) => type === 'product')
    for (const [number, { product, price }] of products.slice(0, 200).entries()) {
      const session = (intent: object) => ({ intent: { kind: 'type', ...intent } }) as Pick<SearchSession, 'intent'>
      const grade = (intent: object) => world.grade(session(intent), String(product), at)
      const type = PRODUCT_TYPES.findIndex(({ name }) => name === products[number]!.category)
      assert.equal(grade({ type }), 3)
      assert.equal(grade({ type: (type + 40) % PRODUCT_TYPES.length }), 0)
      assert.equal(grade({ type, brand: 99 }), 1)
      assert.equal(grade({ type, colour: products[number]!.colour }), 3)
      assert.equal(grade({ type, colour: products[number]!.colour === 'red' ? 'blue' : 'red' }), 1)
      assert.equal(grade({ type, feature: 'nothing that there is' }), 2)
      assert.equal(grade({ type, maxPrice: Number(price) + 1 }), 3)
      assert.equal(grade({ type, maxPrice: Number(price) / 1.05 }), 2)
      assert.equal(grade({ type, maxPrice: Number(price) / 2 }), 0)
    }
  })

  it('refuses options out of their range and products that do not exist', () => {
    for (const wrong of [{ users: 0 }, { products: 1.5 }, { typingErrors: 1 }, { positionBias: -1 }]) {
      assert.throws(() => createSearchWorld({ ...SMALL, ...wrong }), isInvalid)
    }
    const world = createSearchWorld(SMALL)
    const [session] = world.sessions()
    assert.throws(() => world.grade(session!, 'p600', 0), isInvalid)
  })
})

describe('a test collection of a world', () => {
  it('has documents, queries and judgements of one another', () => {
    const { documents, queries, judgements } = searchCollection(createSearchWorld(SMALL), 50)
    const ids = new Set([...documents()].map((line) => (JSON.parse(line) as { id: string }).id))
    const [header, ...asked] = queries()
    assert.equal(header, 'query\ttext')
    assert.equal(asked.length, 50)
    const numbers = new Set(asked.map((line) => line.split('\t')[0]))
    const judged = [...judgements()].map((line) => line.split(' '))
    assert.ok(judged.every(([query, , product, grade]) => numbers.has(query) && ids.has(product!) && Number(grade) > 0))
    assert.equal(new Set(judged.map(([query]) => query)).size, 50)
  })
})

function isInvalid(error: unknown): boolean {
  return isSluiceError(error) && error.code === 'INVALID_ARGUMENT'
}

function countTypes(sessions: readonly SearchSession[], fromMs: number, untilMs: number): Float64Array {
  const counts = new Float64Array(PRODUCT_TYPES.length)
  for (const { at, intent } of sessions) {
    if (at >= fromMs && at < untilMs && intent.type !== undefined) counts[intent.type]!++
  }
  return counts
}

function mostAsked(sessions: readonly SearchSession[]): string {
  const counts = countTypes(sessions, 0, Number.POSITIVE_INFINITY)
  return PRODUCT_TYPES[counts.indexOf(Math.max(...counts))]!.name
}

/** What of a record is not as the schema declares it. */
function faultsOf({ id, type, at, ...values }: EventRecord): string[] {
  const fields = recordFields(searchSchema, type)
  if (!fields) return [`unknown type ${type}`]
  const faults = Object.keys(values).filter((name) => !Object.hasOwn(fields, name))
  if (typeof id !== 'string' || id.length > 40 || !Number.isSafeInteger(at)) faults.push('id or at')
  for (const [name, spec] of Object.entries(fields)) {
    const value = values[name]
    if (value === undefined ? !spec.isOptional : !fits(value, spec)) faults.push(name)
  }
  return faults
}

function fits(value: unknown, { kind, min, max }: FieldSpec): boolean {
  if (kind === 'boolean') return typeof value === 'boolean'
  if (kind === 'integer' || kind === 'timestamp') return Number.isSafeInteger(value) && Number(value) >= (min ?? 0)
  if (kind === 'number') return Number(value) >= (min ?? 0) && Number(value) <= (max ?? Number.MAX_VALUE)
  return typeof value === 'string' && value.length > 0
}
