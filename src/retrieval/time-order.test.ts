import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FeatureState } from '../features/index.ts'
import { boolean, defineSchema, timestamp } from '../problem/index.ts'
import { MarkedItems } from './marked-items.ts'
import { TimeOrder } from './time-order.ts'

const schema = defineSchema({
  entities: { video: { appeared: timestamp().optional(), mark: boolean().optional() } },
  events: {},
})

interface Upsert {
  readonly video: number
  readonly at: number | undefined
  readonly mark: boolean | undefined
  /** Whether everything is read after it. */
  readonly reads: boolean
}

const upsert = fc.record({
  video: fc.nat(60),
  at: fc.option(fc.nat(12), { nil: undefined }),
  mark: fc.option(fc.boolean(), { nil: undefined }),
  reads: fc.boolean(),
})

describe('lists that follow descriptions', () => {
  it('hold what going through all items finds, however often they are read between descriptions', () => {
    fc.assert(
      fc.property(fc.array(upsert, { maxLength: 120 }), fc.nat(13), (upserts, until) => {
        const state = new FeatureState(schema, [])
        const order = new TimeOrder(state.attributes, 'video', 'video.appeared')
        const marked = new MarkedItems(state.attributes, 'video', 'video.mark')
        for (const [index, one] of upserts.entries()) {
          describeVideo(state, index, one)
          if (one.reads) compare(state, { order, marked, until })
        }
        compare(state, { order, marked, until })
      }),
      { seed: 23, numRuns: 300 },
    )
  })

  it('take in more descriptions at once than are remembered one by one', () => {
    const state = new FeatureState(schema, [])
    const order = new TimeOrder(state.attributes, 'video', 'video.appeared')
    const marked = new MarkedItems(state.attributes, 'video', 'video.mark')
    describeVideo(state, 0, { video: 3, at: 5, mark: true, reads: true })
    compare(state, { order, marked, until: 9 })
    for (let index = 1; index <= 70_000; index++) {
      describeVideo(state, index, { video: index % 50, at: (index * 7) % 11, mark: index % 3 === 0, reads: false })
    }
    compare(state, { order, marked, until: 9 })
  })
})

function describeVideo(state: FeatureState, index: number, { video, at, mark }: Upsert): void {
  state.apply(state.offset + 1, {
    ...{ id: `${index}`, type: 'video', at: 0, video: `v${video}` },
    ...(at === undefined ? {} : { appeared: at }),
    ...(mark === undefined ? {} : { mark }),
  })
}

function compare(
  { attributes }: FeatureState,
  { order, marked, until }: { order: TimeOrder; marked: MarkedItems; until: number },
): void {
  const items = Array.from({ length: attributes.keys('video').size }, (_, item) => item)
  const time = (item: number): number => attributes.number('video.appeared', item)
  const expected = items.filter((item) => time(item) <= until).sort((a, b) => time(a) - time(b) || b - a)
  const count = order.placesUpTo(until)
  assert.deepEqual(
    Array.from({ length: count }, (_, place) => order.item(place)),
    expected,
  )
  assert.deepEqual(
    Array.from(marked.list()).sort((a, b) => a - b),
    items.filter((item) => attributes.number('video.mark', item) === 1),
  )
}
