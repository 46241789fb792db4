import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { randomFrom } from '../foundation/index.ts'
import { categories, category, defineSchema, number, ref } from '../problem/index.ts'
import { ContentCells } from './content-cells.ts'
import { openRetrievalContext } from './open-context.ts'
import { retrievalModelName } from './retrieval-model.ts'
import { similarContent } from './sources/similar-content.ts'

const schema = defineSchema({
  entities: { user: {}, video: { genres: categories(), creator: category() } },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number() } },
})
const setting = { schema, subject: 'user', item: 'video' }
const SOURCE = similarContent('watch', { of: ['video.genres', 'video.creator'], history: 8, quota: 30 })
const VIDEOS = 4000
const USERS = 60
const LIMIT = 30

type Event = { id: string; at: number; type: string; [field: string]: unknown }

function worldEvents(): Event[] {
  const random = randomFrom(4, 'content cells')
  const events: Event[] = []
  const push = (fields: { type: string; [field: string]: unknown }): void => {
    events.push({ id: `e${events.length}`, at: events.length, ...fields })
  }
  for (let video = 0; video < VIDEOS; video++) {
    const creator = random.integer(400)
    const genres = [`g${creator % 12}`, ...(random.uniform() < 0.4 ? [`g${random.integer(12)}`] : [])]
    push({ type: 'video', video: `v${video}`, genres, creator: `c${creator}` })
  }
  for (let user = 0; user < USERS; user++) {
    for (let turn = 0; turn < 8; turn++) {
      push({ type: 'watch', user: `u${user}`, video: `v${random.integer(VIDEOS)}`, seconds: 60 })
    }
  }
  return events
}

const EVENTS = worldEvents()

function cellsOf(events: readonly Event[], least?: number) {
  const cells = new ContentCells(setting, SOURCE.cells!)
  events.forEach((event, index) => {
    cells.apply(index + 1, event)
  })
  return cells.build(least)
}

/** What the source brings every user, with the cells or without, as names. */
function broughtBy(events: readonly Event[], cells?: Uint8Array) {
  const state = new FeatureState(schema, SOURCE.aggregates(setting))
  const artifacts = new Map(cells ? [[retrievalModelName(SOURCE.cells!), cells]] : [])
  const source = SOURCE.open(openRetrievalContext(setting, state, artifacts))
  const frame = new RequestFrame(schema)
  const ask = (user: number) => {
    const subject = state.attributes.keys('user').find(`u${user}`)
    const { size: itemCount } = state.attributes.keys('video')
    const request = { frame: frame.bind('user', subject), subject, itemCount, accept: () => true }
    const found = source.retrieve(request, LIMIT)
    assert.ok(!(found instanceof Promise))
    const names = Array.from(found.items, (item) => state.attributes.keys('video').name(item))
    return { names, scores: Array.from(found.scores) }
  }
  events.forEach((event, index) => {
    state.apply(index + 1, event)
  })
  return Array.from({ length: USERS }, (_, user) => ask(user))
}

describe('cells of descriptions', () => {
  const built = cellsOf(EVENTS, 1000)
  assert.ok(built)

  it('find nearly all that a search of all items finds, and say how much', () => {
    const [all, some] = [broughtBy(EVENTS), broughtBy(EVENTS, built.bytes)]
    const sum = (lists: typeof all) => lists.reduce((total, { scores }) => total + scores.reduce((a, b) => a + b, 0), 0)
    assert.ok(sum(all) > 0 && sum(some) >= 0.98 * sum(all), `${sum(some)} of ${sum(all)}`)
    assert.ok(some.every(({ scores }, user) => scores.every((score, place) => score <= all[user]!.scores[place]!)))
    assert.deepEqual([built.items, built.recall >= 0.98, built.probes >= 1], [VIDEOS, true, true])
  })

  it('hold what is described later, whenever it is taken in', () => {
    const late = { id: 'late', at: 1e6, type: 'video', video: 'late', genres: ['g1'], creator: 'c1' }
    const seen = Array.from({ length: 8 }, (_, turn) => {
      return { id: `seen${turn}`, at: 1e6 + turn, type: 'watch', user: 'u7', video: 'late', seconds: 60 }
    })
    const after = broughtBy([...EVENTS, late, ...seen], built.bytes)
    const before = [...EVENTS.slice(0, VIDEOS), late, ...EVENTS.slice(VIDEOS), ...seen]
    assert.deepEqual(after, broughtBy(before, built.bytes))
    assert.ok(after[7]!.names.includes('late'))
  })

  it('are the same of the same log, and none of few items', () => {
    assert.deepEqual(cellsOf(EVENTS, 1000), built)
    assert.equal(cellsOf(EVENTS), undefined)
  })
})
